import { Agent } from 'node:https'
import { X509Certificate } from 'node:crypto'
import acme from 'acme-client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createAuthority } from '../../src/ca/authority.ts'
import { startCa } from '../../src/ca/ca.ts'
import type { Attempt } from '../../src/ca/validation/validation.ts'
import { systemClock } from '../../src/clock.ts'

describe('acme-client, written by others', () => {
  it('gets a certificate and revokes it, whatever the defaults do to it', async () => {
    const attempts: Attempt[] = []
    const published = new Map<string, string>()
    const ca = await startCa({
      authority: await createAuthority({ clock: systemClock, name: 'Test' }),
      validate: async (attempt) => {
        attempts.push(attempt)
        const right = published.get(attempt.token) === attempt.keyAuthorization
        const problem = { type: 'unauthorized', detail: 'not what was published', status: 403 }
        return { record: {}, ...(right ? {} : { problem }) }
      },
      retryAfterSeconds: 0,
    })
    onTestFinished(() => ca.close())
    acme.axios.defaults.httpsAgent = new Agent({ ca: ca.rootPem })
    const accountKey = await acme.crypto.createPrivateEcdsaKey()
    const client = new acme.Client({
      directoryUrl: ca.directoryUrl,
      accountKey,
      backoffMin: 1,
      backoffMax: 50,
      // It gives up after 10 looks else: a quarter of a second, which a busy machine needs for itself.
      backoffAttempts: 400,
    })
    const [, csr] = await acme.crypto.createCsr({ altNames: ['a.example', 'b.example'] })
    const pem = await client.auto({
      csr,
      email: 'a@example.org',
      termsOfServiceAgreed: true,
      challengePriority: ['http-01'],
      skipChallengeVerification: true,
      challengeCreateFn: async (_authorization, { token }, keyAuthorization) => {
        published.set(token, keyAuthorization)
      },
      challengeRemoveFn: async () => undefined,
    })
    expect(new X509Certificate(pem).subjectAltName).toBe('DNS:a.example, DNS:b.example')
    expect(attempts.map(({ type }) => type)).toEqual(['http-01', 'http-01'])
    await client.revokeCertificate(pem)
    expect(ca.certificates()).toMatchObject([{ revoked: { reason: 0 } }])
  })
})
