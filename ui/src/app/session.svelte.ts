/** Who is signed in and what the role may. The server decides; the app only leaves out what would be refused. */
import { call, Problem, useCsrf } from '../api/client'

/** What a role may do, by the names the server has for it. */
export type Right =
  | 'customers'
  | 'rulings'
  | 'mining'
  | 'plans_read'
  | 'plans_write'
  | 'sources_read'
  | 'sources_write'
  | 'import'
  | 'quarantine_read'
  | 'quarantine_write'
  | 'metrics'

type Me = {
  readonly name: string
  readonly role: string
  readonly may: readonly Right[]
  /** Null where no browser adds the credential by itself. */
  readonly csrf: string | null
  readonly demo: boolean
  readonly version: string
}

class Session {
  me = $state.raw<Me | null>(null)
  problem = $state.raw<Problem | null>(null)

  may(right: Right | undefined): boolean {
    return right === undefined || (this.me?.may.includes(right) ?? false)
  }

  async load() {
    this.problem = null
    try {
      const response = await call('/v1/me')
      const me = (await response.json()) as Me
      useCsrf(me.csrf ?? '')
      this.me = me
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (import.meta.env.DEV && error.status === 404) this.me = withToken()
      else this.problem = error
    }
  }

  /** Ends the session: a form, so that the server's answer replaces the page. */
  end() {
    const form = document.createElement('form')
    form.method = 'post'
    form.action = '/logout'
    const token = document.createElement('input')
    token.type = 'hidden'
    token.name = 'csrf'
    token.value = this.me?.csrf ?? ''
    form.append(token)
    document.body.append(form)
    form.submit()
  }
}

/** While developing against a server without sessions, the proxy's token speaks for everybody. */
function withToken(): Me {
  return {
    name: 'Token',
    role: 'admin',
    may: [
      'customers',
      'rulings',
      'mining',
      'plans_read',
      'plans_write',
      'sources_read',
      'sources_write',
      'import',
      'quarantine_read',
      'quarantine_write',
      'metrics',
    ],
    csrf: null,
    demo: false,
    version: 'dev',
  }
}

export const session = new Session()
