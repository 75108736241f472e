import { dnsPersist01Name, getAuthorization } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import type { FakeCaOptions } from '../fake-ca.ts'
import { refusal } from '../fake-ca.ts'
import { failureOf, idleSolver, world } from './world.ts'

/** A CA whose challenges have this token, or these members instead. */
function challenging(change: Readonly<Record<string, unknown>>): FakeCaOptions {
  return {
    after: ({ path }, ca) => {
      if (path !== '/new-order') return undefined
      for (const { challenges } of ca.authorizations.values()) {
        for (const challenge of challenges) Object.assign(challenge, change)
      }
      return undefined
    },
  }
}

/** What solvers were given as tokens when the CA gave this one. */
async function presented(token: string): Promise<string[]> {
  const tokens: string[] = []
  const present = async (work: { readonly token: string }) => (tokens.push(work.token), {})
  const { run } = await world(challenging({ token }))
  await failureOf(run({ solvers: [idleSolver({ present })] }))
  return tokens
}

describe('challenges', () => {
  it.each(['$(id)', '`id`', 'a;id', "a'b", 'a b', 'a\nb', 'a|b'])(
    'bug 22: a token that a shell would act upon (%j) reaches no solver (acmesh-official/acme.sh#4659)',
    async (token) => expect(await presented(token)).toEqual([]),
  )

  it('bug 22: what a CA says cannot drive a terminal (acmesh-official/acme.sh#4659)', async () => {
    const { run } = await world({
      before: ({ path }) =>
        path === '/new-order'
          ? refusal('malformed', 400, '\u001B]0;owned\u0007\u001B[2J\r\u202Egpj.exe')
          : undefined,
    })
    const { message } = await failureOf(run())
    expect(message).toContain('\\x1b]0;owned\\x07')
    expect(message).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202E]/)
  })

  it.each(['../../../etc/cron.d/x', '..', '/etc/passwd', 'a/b', 'a\\b', '.', '%2e%2e', 'a\0'])(
    'bug 23: a token that leads out of its folder (%j) reaches no solver (ndilieto/uacme#64)',
    async (token) => expect(await presented(token)).toEqual([]),
  )

  it.each<[string, unknown]>([
    [
      'of a type that nobody knows',
      { type: 'email-reply-00', url: 'https://ca.test/c', from: 'a' },
    ],
    ['without a token', { type: 'dns-persist-01', url: 'https://ca.test/c', status: 'pending' }],
    ['without a URL', { type: 'sectigo-email-01', status: 'pending' }],
    ['with null for a token', { type: 'http-01', url: 'https://ca.test/c', token: null }],
  ])(
    'bug 27: a challenge %s does not keep the others from being solved (m-barthelemy/AcmeSwift#22, djc/instant-acme#265, letsencrypt/boulder#8708)',
    async (_, odd) => {
      const { run } = await world({
        after: ({ path }, ca) => {
          if (path !== '/new-order') return undefined
          for (const authorization of ca.authorizations.values()) {
            authorization.challenges.unshift(odd as never)
          }
          return undefined
        },
      })
      expect((await run()).order.status).toBe('valid')
    },
  )

  it('bug 27: an identifier of a type that nobody knows is read (letsencrypt/boulder#8708)', async () => {
    const body = {
      status: 'pending',
      identifier: { type: 'permanent-identifier', value: 'x' },
      challenges: [{ type: 'device-attest-01', url: 'https://ca.test/c', status: 'pending' }],
    }
    const { client, account } = await world({
      before: ({ path }) => (path === '/authz/1' ? { body } : undefined),
    })
    await expect(
      getAuthorization(client, account, 'https://ca.test/authz/1'),
    ).resolves.toMatchObject({
      identifier: body.identifier,
      challenges: [{ type: 'device-attest-01' }],
    })
  })

  it('more: the record of dns-persist-01 stands at the name without the wildcard (acmesh-official/acme.sh#7191)', () => {
    expect(dnsPersist01Name('*.example.org')).toBe('_validation-persist.example.org')
  })
})
