import { X509Certificate } from 'node:crypto'
import { Agent } from 'node:https'
import { createSecureContext, createServer as createTlsServer } from 'node:tls'
import acme from 'acme-client'
import { expect, it, onTestFinished } from 'vitest'
import { startSandbox } from '../../src/index.ts'
import { ders } from '../ca-authority/der.ts'
import { ask, type } from '../dns/wire.ts'
import { httpServer, listening } from '../validation/world.ts'

/** A sandbox as it comes, and a client that other people wrote. */
async function newWorld() {
  const sandbox = await startSandbox({ authority: { chainLength: 2, alternateRoots: 1 } })
  onTestFinished(async () => sandbox.close())
  acme.axios.defaults.httpsAgent = new Agent({ ca: sandbox.rootPem })
  const client = new acme.Client({
    directoryUrl: sandbox.directoryUrl,
    accountKey: await acme.crypto.createPrivateEcdsaKey(),
    backoffMin: 1,
    backoffMax: 50,
    // It gives up after 10 looks else: a quarter of a second, which a busy machine needs for itself.
    backoffAttempts: 400,
  })
  const common = { termsOfServiceAgreed: true, skipChallengeVerification: true }
  return { sandbox, client, common }
}

it('certifies a wildcard and its base by dns-01, and revokes the certificate', async () => {
  const { sandbox, client, common } = await newWorld()
  const [, csr] = await acme.crypto.createCsr({ altNames: ['example.test', '*.example.test'] })
  const nameOf = (value: string): string => `_acme-challenge.${value}`
  const pem = await client.auto({
    ...common,
    csr,
    challengePriority: ['dns-01'],
    challengeCreateFn: async ({ identifier }, _challenge, data) =>
      sandbox.dns.add({ name: nameOf(identifier.value), type: 'TXT', data }),
    challengeRemoveFn: async ({ identifier }, _challenge, data) => {
      sandbox.dns.remove({ name: nameOf(identifier.value), type: 'TXT', data })
    },
  })
  const [leaf, lower, upper] = ders(pem).map((der) => new X509Certificate(der))
  expect(leaf?.subjectAltName).toMatch(/^DNS:(?:\*\.)?example\.test, DNS:(?:\*\.)?example\.test$/)
  expect(leaf?.checkIssued(lower ?? leaf)).toBe(true)
  expect(upper?.verify(new X509Certificate(sandbox.rootPem).publicKey)).toBe(true)
  expect(await ask(sandbox.dns, '_acme-challenge.example.test', type.TXT)).toMatchObject({
    answers: [],
  })

  const serial = Buffer.from(sandbox.ca.certificates()[0]?.serial ?? '', 'hex')
  expect(Buffer.from(await sandbox.crl()).includes(serial)).toBe(false)
  await client.revokeCertificate(pem)
  expect(Buffer.from(await sandbox.crl()).includes(serial)).toBe(true)
})

it('certifies a name by http-01 at the port that stands for 80', async () => {
  const { sandbox, client, common } = await newWorld()
  const files = new Map<string, string>()
  const answer: Parameters<typeof httpServer>[0] = ({ url = '' }, response) => {
    response.writeHead(files.has(url) ? 200 : 404).end(files.get(url))
  }
  await httpServer(answer, '127.0.0.1', sandbox.httpPort)
  const [, csr] = await acme.crypto.createCsr({ altNames: ['www.example.test'] })
  const pem = await client.auto({
    ...common,
    csr,
    challengePriority: ['http-01'],
    challengeCreateFn: async (_authorization, { token }, keyAuthorization) =>
      void files.set(`/.well-known/acme-challenge/${token}`, keyAuthorization),
    challengeRemoveFn: async () => files.clear(),
  })
  expect(new X509Certificate(pem).subjectAltName).toBe('DNS:www.example.test')
})

it('certifies a name by tls-alpn-01 at the port that stands for 443', async () => {
  const { sandbox, client, common } = await newWorld()
  const serving: { key: Buffer; cert: Buffer }[] = []
  const server = createTlsServer({
    ALPNCallback: ({ protocols }) => protocols[0],
    SNICallback: (_name, done) => done(null, createSecureContext(serving.at(-1))),
  })
  await listening(server, '127.0.0.1', sandbox.tlsPort)
  const [, csr] = await acme.crypto.createCsr({ altNames: ['alpn.example.test'] })
  const pem = await client.auto({
    ...common,
    csr,
    challengePriority: ['tls-alpn-01'],
    challengeCreateFn: async (authorization, _challenge, keyAuthorization) => {
      const [key, cert] = await acme.crypto.createAlpnCertificate(authorization, keyAuthorization)
      serving.push({ key, cert: Buffer.from(cert) })
    },
    challengeRemoveFn: async () => undefined,
  })
  expect(new X509Certificate(pem).subjectAltName).toBe('DNS:alpn.example.test')
})

it('says what it found, where the proof is wrong', async () => {
  const { sandbox, client, common } = await newWorld()
  const [, csr] = await acme.crypto.createCsr({ altNames: ['bad.example.test'] })
  const name = '_acme-challenge.bad.example.test'
  const asking = client.auto({
    ...common,
    csr,
    challengePriority: ['dns-01'],
    challengeCreateFn: async () => sandbox.dns.add({ name, type: 'TXT', data: 'wrong' }),
    challengeRemoveFn: async () => undefined,
  })
  await expect(asking).rejects.toThrow(`Incorrect TXT record "wrong" found at ${name}`)
})
