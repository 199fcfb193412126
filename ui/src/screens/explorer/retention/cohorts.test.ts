import { beforeAll, describe, expect, it, vi } from 'vitest'

let cohorts: typeof import('./cohorts')

// Words ask the browser for its languages; there is no browser here.
beforeAll(async () => {
  vi.stubGlobal('localStorage', { getItem: () => 'en', setItem: () => {} })
  vi.stubGlobal('document', { documentElement: { lang: '' } })
  cohorts = await import('./cohorts')
})

describe('a period of a cohort', () => {
  it.each([
    [{ n: 0, open: 12, rate: null }, 'open'],
    [{ n: 0, open: 0, rate: null }, 'undefined'],
    [{ n: 40, open: 0, rate: 0.2 }, 'known'],
    [{ n: 40, open: 3, rate: 0.2 }, 'partly'],
    [{ n: 9, open: 3, rate: 0.2 }, 'few'],
    [{ n: 40, open: 0, rate: 0 }, 'known'],
  ])('%j is %s', (one, state) => {
    expect(cohorts.stateOf(one)).toBe(state)
  })

  it('is never shown as nothing while it is open', () => {
    const periods = [{ period: 1, n: 0, open: 12, returned: 0, rate: null, interval: null }]
    const rows = cohorts.cohortRows({ customers: 12, periods, cohorts: [{ begins: '2026-01-01T00:00:00Z', customers: 12, periods }] })
    expect(rows.map((row) => row.cells[0]?.text)).toEqual(['still open', 'still open'])
  })

  it('does not let few customers set the scale', () => {
    const one = { period: 1, open: 0, returned: 1, interval: null }
    expect(cohorts.mostOf({ customers: 60, periods: [{ ...one, n: 50, rate: 0.2 }], cohorts: [{ begins: null, customers: 2, periods: [{ ...one, n: 2, rate: 1 }] }] })).toBe(0.2)
  })
})
