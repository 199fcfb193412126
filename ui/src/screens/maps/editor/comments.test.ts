import { describe, expect, test } from 'vitest'
import type { Schemas } from '../../../api/client'
import { threadsOf } from './comments.svelte'

const remark = (name: string, at: string, body: object | null, version = 1): Schemas['Document'] =>
  ({ kind: 'comment', name, version, at, author: `by ${name}`, note: '', body }) as unknown as Schemas['Document']
const about = 'map/purchase'

describe('threads', () => {
  const documents = [
    remark('c', '2026-11-27T12:00:00Z', { about, text: 'Third', reply_to: 'a' }),
    remark('b', '2026-11-27T11:00:00Z', { about, place: 'step/pay', text: 'Second' }),
    remark('a', '2026-11-27T10:00:00Z', { about, text: 'First' }),
    remark('d', '2026-11-27T11:30:00Z', { about, text: 'Between', reply_to: 'a' }),
    remark('e', '2026-11-27T11:40:00Z', { about, text: 'To one that is settled', reply_to: 'gone' }),
    remark('f', '2026-11-27T11:50:00Z', null),
  ]

  test('begin with their first remark, the oldest first, replies in their order', () => {
    const threads = threadsOf(documents, new Map())
    expect(threads.map((thread) => [thread.name, thread.place, thread.replies.map((one) => one.name).join(' ')])).toEqual([['a', '', 'd c'], ['b', 'step/pay', '']])
  })

  test('are of whoever wrote the first version', () => {
    const first = new Map([['a', { author: 'ada', at: '2026-11-01T10:00:00Z' }]])
    expect(threadsOf(documents, first)[0]).toMatchObject({ author: 'ada', at: '2026-11-01T10:00:00Z' })
  })
})
