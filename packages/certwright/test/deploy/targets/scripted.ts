import type { TargetContext } from '../../../src/deploy/target-context.ts'
import type { TestAccount } from './account.ts'

/** What one action answers: a reply of HTTP 200, or a `Response`. */
export type Script = Readonly<Record<string, () => unknown>>

/**
 * An account in which some actions answer what the emulator never would: replies that documents do not describe, and
 * that a client must survive. Everything else is the emulator's.
 */
export function withReplies(account: TestAccount, script: Script): TestAccount {
  const scripted: typeof fetch = async (input, init) => {
    const answer = script[new Headers(init?.headers).get('x-acs-action') ?? '']
    if (!answer) return account.host.fetch(input, init)
    const reply = answer()
    return reply instanceof Response ? reply : Response.json({ RequestId: 'R-1', ...Object(reply) })
  }
  const context: TargetContext = { host: { ...account.host, fetch: scripted }, env: {} }
  return { ...account, context }
}
