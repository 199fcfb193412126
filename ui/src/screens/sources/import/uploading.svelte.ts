/** A file on its way: sent, looked into, tried, imported. The server keeps all of it under the upload's id. */
import { api, content, Problem, problemOf, type Schemas } from '../../../api/client'
import { session } from '../../../app/session.svelte'
import type { Reading } from './options'

type Status = Schemas['UploadStatus']
export type Looked = Schemas['Upload']
export type Tried = { readonly trial: Schemas['UploadTrial']; readonly reading: string }

const RUNNING = ['trying', 'importing']

export class Uploading {
  /** While a file is sent. */
  sending = $state.raw<{ readonly name: string; readonly done: number; readonly all: number } | null>(null)
  status = $state.raw<Status | null>(null)
  looked = $state.raw<Looked | null>(null)
  tried = $state.raw<Tried | null>(null)
  looking = $state(false)
  trying = $state(false)
  cancelling = $state(false)
  gone = $state(false)
  problem = $state.raw<Problem | null>(null)
  #request: XMLHttpRequest | null = null
  #trial: AbortController | null = null
  #stream: EventSource | null = null
  #turn = 0

  /** Sends a file; resolves to the upload's id, or null if it was stopped or refused. */
  send(file: File): Promise<string | null> {
    this.reset()
    this.sending = { name: file.name, done: 0, all: file.size }
    const request = new XMLHttpRequest()
    this.#request = request
    return new Promise((resolve) => {
      request.upload.onprogress = ({ loaded }) => (this.sending = { name: file.name, done: loaded, all: file.size })
      request.onloadend = () => {
        this.sending = null
        this.#request = null
      }
      request.onload = () => {
        if (request.status === 201) {
          const looked = JSON.parse(request.responseText) as Looked
          this.looked = looked
          resolve(looked.id)
          return
        }
        const response = new Response(request.responseText, { status: request.status, statusText: request.statusText })
        void problemOf(response).then((problem) => {
          this.problem = problem
          resolve(null)
        })
      }
      request.onerror = () => {
        this.problem = new Problem(0, '', '', 'network', '', [])
        resolve(null)
      }
      request.onabort = () => resolve(null)
      // Only requests of this kind tell how much of a body is sent.
      request.open('POST', `/v1/uploads?name=${encodeURIComponent(file.name)}`)
      if (session.me?.csrf) request.setRequestHeader('x-csrf-token', session.me.csrf)
      request.setRequestHeader('content-type', 'application/octet-stream')
      request.send(file)
    })
  }

  stopSending() {
    this.#request?.abort()
  }

  /** Takes up an upload that is on the server: after a reload, or out of the list. */
  async take(id: string) {
    if (this.status?.id === id || this.looked?.id === id) {
      this.status ??= await this.#told(() => content(api.GET('/v1/uploads/{id}', { params: { path: { id } } })))
      return
    }
    this.reset()
    const status = await this.#told(() => content(api.GET('/v1/uploads/{id}', { params: { path: { id } } })))
    this.status = status
    if (status && RUNNING.includes(status.state)) this.#watch(id)
  }

  /** Looks into the file with these options. */
  async look(id: string, reading: Reading) {
    const turn = ++this.#turn
    this.looking = true
    const looked = await this.#told(() => content(api.POST('/v1/uploads/{id}/look', { params: { path: { id } }, body: reading })))
    if (turn !== this.#turn) return
    this.looking = false
    if (looked) this.looked = looked
  }

  async try(id: string, reading: Reading) {
    const cancel = new AbortController()
    this.#trial = cancel
    this.trying = true
    this.problem = null
    this.#watch(id)
    try {
      const trial = await content(api.POST('/v1/uploads/{id}/try', { params: { path: { id } }, body: reading, signal: cancel.signal }))
      this.tried = { trial, reading: JSON.stringify(reading) }
    } catch (error) {
      if (cancel.signal.aborted) return
      if (!(error instanceof Problem)) throw error
      this.problem = error
    } finally {
      this.trying = false
      this.#trial = null
    }
  }

  /** The server ends a trial whose client has gone. */
  stopTrying() {
    this.#trial?.abort()
  }

  async import(id: string, reading: Reading) {
    this.problem = null
    const status = await this.#told(() => content(api.POST('/v1/uploads/{id}/import', { params: { path: { id } }, body: reading })))
    if (!status) return
    this.status = status
    this.#watch(id)
  }

  async cancel(id: string) {
    this.cancelling = true
    const status = await this.#told(() => content(api.DELETE('/v1/uploads/{id}', { params: { path: { id } } })))
    if (status) this.status = status
    this.cancelling = false
  }

  reset() {
    this.#stream?.close()
    this.#stream = null
    this.status = null
    this.looked = null
    this.tried = null
    this.problem = null
    this.gone = false
    this.#turn += 1
  }

  get running(): boolean {
    return this.status !== null && this.status.state === 'importing'
  }

  async #told<T>(ask: () => Promise<T>): Promise<T | null> {
    try {
      const told = await ask()
      this.problem = null
      return told
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (error.status === 404) this.gone = true
      else this.problem = error
      this.looking = false
      return null
    }
  }

  #watch(id: string) {
    this.#stream?.close()
    const stream = new EventSource(`/v1/uploads/${encodeURIComponent(id)}/progress`)
    this.#stream = stream
    stream.addEventListener('progress', (event) => {
      const status = JSON.parse((event as MessageEvent<string>).data) as Status
      this.status = status
      // The stream ends with the work; the browser would ask for it again.
      if (!RUNNING.includes(status.state) && !this.trying) stream.close()
    })
  }
}
