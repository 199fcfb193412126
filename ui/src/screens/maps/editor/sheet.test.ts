import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Problem, type Schemas } from '../../../api/client'
import type { MapPlan } from '../../../api/maps'
import { addStep, putEdge, removeStep, withFields, withStep } from '../document/changes'
import { left, setAside } from './drafts'
import { pathOf, Sheet, type Server } from './sheet.svelte'

type Document = Schemas['Document']
const base: MapPlan = { title: 'Purchase', step: [{ id: 'a', title: 'A' }, { id: 'b', title: 'B' }, { id: 'c', title: 'C' }] }
const problem = (status: number, code: string, params: { name: string; reason: string }[] = []) => new Problem(status, code, code, code, '', params)

/** A server that holds one map and can be made to fail. */
class Store implements Server {
  versions: Document[] = []
  fails: Problem | null = null
  constructor() {
    this.put(base, 'ada')
  }

  put(body: MapPlan | null, author: string, note = ''): Document {
    const document = { kind: 'map', name: 'purchase', version: this.versions.length + 1, at: '2026-11-27T10:00:00Z', author, note, body } as unknown as Document
    this.versions.push(document)
    return document
  }

  get current(): Document {
    return this.versions.at(-1) as Document
  }

  get body(): MapPlan {
    return this.current.body as unknown as MapPlan
  }

  read = async () => {
    if (this.fails) throw this.fails
    return this.current.body === null ? null : this.current
  }

  write = async (body: MapPlan, expected: number, note: string) => {
    if (this.fails) throw this.fails
    if ((this.current.body === null ? 0 : this.current.version) !== expected) throw problem(409, 'version_conflict')
    return this.put(body, 'me', note)
  }

  authors = async (after: number) => this.versions.filter((one) => one.version > after).map((one) => one.author)
}

let server: Store
const open = (of = server) => new Sheet(of.current, { person: 'me', server: of, mergedNote: (version) => `merged with ${version}` })
const later = () => vi.advanceTimersByTimeAsync(1_500)
const title = (id: string) => (plan: MapPlan) => (name: string) => withStep(plan, id, { title: name })
const titles = (plan: MapPlan) => plan.step?.map((step) => step.title).join(' ')

beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
  sessionStorage.clear()
  server = new Store()
})
afterEach(() => vi.useRealTimers())

describe('saving', () => {
  test('happens by itself once nobody types, in one version', async () => {
    const sheet = open()
    for (const name of ['A1', 'A12']) sheet.edit((plan) => title('a')(plan)(name), 'a')
    expect(sheet.saving.kind).toBe('waiting')
    await later()
    expect(sheet.saving.kind).toBe('saved')
    expect(server.versions.length).toBe(2)
    expect(titles(server.body)).toBe('A12 B C')
    expect(left('me', 'purchase')).toEqual([])
  })

  test('what is done while a version is on its way is in the next one', async () => {
    const sheet = open()
    sheet.edit((plan) => title('a')(plan)('A1'))
    const running = sheet.save()
    sheet.edit((plan) => title('b')(plan)('B1'))
    await running
    expect(sheet.saving.kind).toBe('waiting')
    await later()
    expect(titles(server.body)).toBe('A1 B1 C')
  })

  test('whoever types without a pause is saved now and then', async () => {
    const sheet = open()
    for (let turn = 0; turn < 30; turn += 1) {
      sheet.edit((plan) => title('a')(plan)(`A${turn}`), 'a')
      await vi.advanceTimersByTimeAsync(500)
    }
    expect(server.versions.length).toBe(2)
    await later()
    expect(titles(server.body)).toBe('A29 B C')
  })

  test('what the server would not take is not sent, is kept here, and said; work goes on', async () => {
    const sheet = open()
    sheet.edit((plan) => withFields(plan, { over_after: '30' }))
    await later()
    expect(server.versions.length).toBe(1)
    expect(sheet.saving).toMatchObject({ kind: 'invalid', checks: [{ fault: 'not_duration', path: ['over_after'] }] })
    expect(left('me', 'purchase')).toMatchObject([{ version: 1, plan: { over_after: '30' } }])
    sheet.edit((plan) => withFields(plan, { over_after: '30d' }))
    await later()
    expect(server.body.over_after).toBe('30d')
    expect(left('me', 'purchase')).toEqual([])
  })

  test('what the server refuses is shown at its field, and nothing is lost', async () => {
    const sheet = open()
    server.fails = problem(400, 'invalid', [{ name: 'step[1].owner', reason: 'is nobody' }])
    sheet.edit((plan) => withStep(plan, 'b', { owner: 'x' }))
    await later()
    expect(sheet.saving.kind).toBe('refused')
    expect(sheet.refusal(['step', 'b', 'owner'])).toBe('is nobody')
    expect(sheet.refusal(['step', 'a', 'owner'])).toBeUndefined()
    expect(left('me', 'purchase')[0]?.plan.step?.[1]?.owner).toBe('x')
  })

  test('without a network it is tried again', async () => {
    const sheet = open()
    server.fails = problem(0, 'network')
    sheet.edit((plan) => title('a')(plan)('A1'))
    await later()
    expect(sheet.saving.kind).toBe('offline')
    server.fails = null
    await vi.advanceTimersByTimeAsync(4_500)
    expect(sheet.saving.kind).toBe('saved')
    expect(titles(server.body)).toBe('A1 B C')
  })

  test('a name makes a version, also where nothing is new', async () => {
    const sheet = open()
    await sheet.save('before the workshop')
    expect(server.current).toMatchObject({ version: 2, note: 'before the workshop', body: base })
    expect(sheet.saving.kind).toBe('saved')
  })

  test('a map that somebody removed can be made anew with what is here', async () => {
    const sheet = open()
    server.put(null, 'ben')
    sheet.edit((plan) => title('a')(plan)('A1'))
    await later()
    expect(sheet.saving.kind).toBe('gone')
    await sheet.makeAnew()
    expect(sheet.saving.kind).toBe('saved')
    expect(titles(server.body)).toBe('A1 B C')
  })
})

describe('two people', () => {
  test('what the other wrote meanwhile is merged in, and the version says so', async () => {
    const sheet = open()
    sheet.edit((plan) => title('a')(plan)('A1'))
    server.put(withStep(base, 'b', { title: 'B of ben' }), 'ben')
    await later()
    expect(titles(server.body)).toBe('A1 B of ben C')
    expect(server.current).toMatchObject({ version: 3, note: 'merged with 2' })
    expect(sheet.news).toMatchObject({ by: ['ben'], version: 2, differences: [{ kind: 'changed', id: 'b', field: 'title' }] })
    expect(sheet.disputed).toEqual([])
  })

  test('a newer version is seen without anything being done here', async () => {
    const sheet = open()
    sheet.begin()
    server.put(addStep(base, 'D', { stage: '', before: null }).plan, 'ben')
    server.put(withStep(server.body, 'a', { title: 'A of cy' }), 'cy')
    await vi.advanceTimersByTimeAsync(4_100)
    expect(titles(sheet.plan)).toBe('A of cy B C D')
    expect(sheet.news?.by.toSorted()).toEqual(['ben', 'cy'])
    expect(sheet.saving.kind).toBe('saved')
    expect(server.versions.length).toBe(3)
    sheet.end()
  })

  test('the same field: mine is kept and saved, theirs is shown and can be taken', async () => {
    const sheet = open()
    sheet.edit((plan) => title('a')(plan)('Mine'))
    server.put(withStep(base, 'a', { title: 'Theirs' }), 'ben')
    await later()
    expect(titles(server.body)).toBe('Mine B C')
    expect(sheet.disputed).toMatchObject([{ path: ['step', 'a', 'title'], mine: 'Mine', theirs: 'Theirs', by: 'ben', version: 2 }])
    sheet.take(sheet.disputed[0] as never)
    await later()
    expect(titles(server.body)).toBe('Theirs B C')
    expect(sheet.disputed).toEqual([])
    sheet.undo()
    expect(titles(sheet.plan)).toBe('Mine B C')
  })

  test('taking back survives what others write', async () => {
    const sheet = open()
    sheet.edit((plan) => title('a')(plan)('A1'))
    await later()
    sheet.edit((plan) => removeStep(plan, 'c'))
    await later()
    server.put(withStep(server.body, 'b', { title: 'B of ben' }), 'ben')
    await sheet.look()
    expect(titles(sheet.plan)).toBe('A1 B of ben')
    sheet.undo()
    sheet.undo()
    expect(titles(sheet.plan)).toBe('A B of ben C')
    sheet.redo()
    await later()
    expect(titles(server.body)).toBe('A1 B of ben C')
  })

  test('a field that was open while the other changed it: what is written is kept, what they wrote is told', async () => {
    const sheet = open()
    server.put(withStep(base, 'a', { title: 'Theirs' }), 'ben')
    await sheet.look()
    sheet.write((plan) => title('a')(plan)('Mine'), ['step', 'a', 'title'], 'A')
    expect(titles(sheet.plan)).toBe('Mine B C')
    expect(sheet.disputed).toMatchObject([{ mine: 'Mine', theirs: 'Theirs', by: 'ben' }])
    sheet.write((plan) => title('b')(plan)('B1'), ['step', 'b', 'title'], 'B')
    expect(sheet.disputed.length).toBe(1)
  })

  test('two windows that write by turns come to the same map', async () => {
    const [one, other] = [open(), open()]
    one.edit((plan) => addStep(plan, 'Of one', { stage: '', before: 'b' }).plan)
    other.edit((plan) => addStep(plan, 'Of the other', { stage: '', before: 'b' }).plan)
    one.edit((plan) => putEdge(plan, { from: 'a', to: 'c' }))
    await later()
    await one.look()
    await other.look()
    await later()
    expect(one.plan).toEqual(other.plan)
    expect(titles(one.plan)).toBe('A Of one Of the other B C')
    expect(one.disputed.concat(other.disputed)).toEqual([])
  })
})

describe('after a crash', () => {
  test('what was not saved is offered, and merged with what came since', async () => {
    const crashed = open()
    server.fails = problem(0, 'network')
    crashed.edit((plan) => title('a')(plan)('A1'))
    await later()
    server.fails = null
    vi.clearAllTimers()
    server.put(withStep(base, 'b', { title: 'B of ben' }), 'ben')
    const sheet = open()
    const [draft] = setAside('me', 'purchase', left('me', 'purchase'))
    if (!draft) throw new Error('no draft was left')
    expect(sheet.holds(draft)).toBe(false)
    sheet.takeUp(draft)
    await later()
    expect(titles(server.body)).toBe('A1 B of ben C')
    expect(sheet.holds(draft)).toBe(true)
    expect(left('me', 'purchase')).toEqual([])
  })

  test('what was left stays until somebody has decided, whatever is saved meanwhile', async () => {
    const crashed = open()
    server.fails = problem(0, 'network')
    crashed.edit((plan) => title('a')(plan)('A1'))
    await later()
    server.fails = null
    vi.clearAllTimers()
    const sheet = open()
    const [draft] = setAside('me', 'purchase', left('me', 'purchase'))
    sheet.edit((plan) => title('b')(plan)('B1'))
    await later()
    expect(sheet.saving.kind).toBe('saved')
    expect(left('me', 'purchase')).toEqual([draft])
    if (draft) sheet.discard(draft)
    expect(left('me', 'purchase')).toEqual([])
  })

  test('a draft of another window is offered once that one is silent', () => {
    const sheet = open()
    sheet.edit((plan) => title('a')(plan)('A1'))
    sheet.leave()
    sessionStorage.clear()
    expect(left('me', 'purchase')).toEqual([])
    expect(left('me', 'purchase', Date.now() + 60_000).length).toBe(1)
    expect(left('somebody else', 'purchase', Date.now() + 60_000)).toEqual([])
  })
})

test('places as the server names them', () => {
  const plan: MapPlan = { ...base, edge: [{ from: 'a', to: 'b' }] }
  expect(pathOf(plan, 'step[1].title')).toEqual(['step', 'b', 'title'])
  expect(pathOf(plan, 'step[0].emotion.all')).toEqual(['step', 'a', 'emotion', 'all'])
  expect(pathOf(plan, 'edge[0]')).toEqual(['edge', 'a > b'])
  expect(pathOf(plan, 'journey')).toEqual(['journey'])
  expect(pathOf(plan, 'step[9].title')).toEqual(['step[9]', 'title'])
})
