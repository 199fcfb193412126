import { describe, expect, it } from 'vitest'
import { meanOf, metrics } from './metrics'

const TEXT = `# HELP geleit_events Events appended to the journal.
# TYPE geleit_events counter
geleit_events_total 131308
geleit_fold_lag_seconds_sum 3.5
geleit_fold_lag_seconds_count 7
geleit_fold_lag_seconds_bucket{le="0.0001"} 0
geleit_commit_latency_seconds_sum 0
geleit_commit_latency_seconds_count 0
geleit_odd NaN
# EOF
`

describe('the figures of the server', () => {
  const all = metrics(TEXT)
  it('are read by name', () => expect(all.get('geleit_events_total')).toBe(131308))
  it('leave out what has labels or is no number', () => {
    expect([...all.keys()].filter((name) => /bucket|odd|HELP/.test(name))).toEqual([])
  })
  it('have a mean only where something was measured', () => {
    expect(meanOf(all, 'geleit_fold_lag_seconds')).toEqual({ seconds: 0.5, n: 7 })
    expect(meanOf(all, 'geleit_commit_latency_seconds')).toBeNull()
    expect(meanOf(all, 'nothing')).toBeNull()
  })
})
