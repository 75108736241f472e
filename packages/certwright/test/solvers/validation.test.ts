import {
  createTsigKey,
  createValidation,
  startDns,
  startSandbox,
  systemClock,
  type ValidationResult,
} from '@certwright/sandbox'
import { expect, it } from 'vitest'
import type { ChallengeWork, Solver } from '@certwright/acme'
import { provider as rfc2136 } from '../../src/dns/providers/rfc2136.ts'
import { systemHost } from '../../src/runtime/host.ts'
import { dns01 } from '../../src/solvers/dns-01.ts'
import { http01 } from '../../src/solvers/http-01.ts'
import { tlsAlpn01 } from '../../src/solvers/tls-alpn-01.ts'
import { leapingHost, serverText, serveZone } from '../dns/world.ts'
import { workFor } from './work.ts'

const zone = 'example.test'

interface World {
  readonly solver: (type: string) => Solver
  /** What a CA finds that has read the RFCs for itself. */
  readonly validate: (work: ChallengeWork) => Promise<ValidationResult>
  readonly close: () => Promise<void>
}

async function world(): Promise<World> {
  const key = createTsigKey('key')
  const dns = await startDns({ keys: [key] })
  serveZone(dns, zone)
  for (const name of [zone, `www.${zone}`]) dns.add({ name, type: 'A', data: '127.0.0.1' })
  let port = 0
  const listening = { port: 0, onListening: (opened: number): void => void (port = opened) }
  const values = { server: serverText(dns), 'key-name': 'key', 'key-secret': key.secret }
  const provider = rfc2136(values, { host: systemHost, env: {} })
  const solvers: Readonly<Record<string, () => Solver>> = {
    'http-01': () => http01(listening),
    'tls-alpn-01': () => tlsAlpn01({ host: systemHost, ...listening }),
    'dns-01': () => dns01({ provider, host: leapingHost(), resolvers: [serverText(dns)] }),
  }
  return {
    solver: (type) => solvers[type]?.() ?? expect.unreachable(type),
    validate: async (work) => {
      const options = { resolver: dns, httpPort: port, tlsPort: port, clock: systemClock }
      const attempt = { ...work, accountUrl: 'https://ca.test/account/1' }
      return createValidation(options)(attempt, new AbortController().signal)
    },
    close: async () => dns.close(),
  }
}

it.each([
  ['http-01', `www.${zone}`, 'dns'],
  ['http-01', '127.0.0.1', 'ip'],
  ['tls-alpn-01', `www.${zone}`, 'dns'],
  ['tls-alpn-01', '127.0.0.1', 'ip'],
  ['dns-01', zone, 'dns'],
])('%s proves %s to a CA, and no longer after cleaning up', async (challenge, value, type) => {
  const { solver, validate, close } = await world()
  const work = { ...workFor(value, { type }), type: challenge }
  const made = solver(challenge)
  const receipt = await made.present(work)
  await made.settle?.([work])
  expect((await validate(work)).problem).toBeUndefined()
  expect(
    (await validate({ ...work, keyAuthorization: `${work.token}.other` })).problem,
  ).toBeDefined()
  await made.cleanUp(receipt)
  expect((await validate(work)).problem).toBeDefined()
  await close()
})

it('waits for a second server that is slow to follow', async ({ skip }) => {
  if (process.platform !== 'linux') skip('127.0.0.2 is an address of this machine on Linux only')
  const sandbox = await startSandbox({ secondary: { lag: 4 } })
  const { resolver, tsig, secondary, zone } = sandbox
  const values = { server: resolver, 'key-name': tsig.name, 'key-secret': tsig.secret }
  const provider = rfc2136(values, { host: systemHost, env: {} })
  const solver = dns01({ provider, host: leapingHost(), resolvers: [resolver] })
  const works = ['apex', 'wildcard'].map((token) => workFor(zone, { token }))
  await Promise.all(works.map(async (work) => solver.present(work)))
  await solver.settle?.(works)
  const asked = secondary?.log.filter(({ type }) => type === 'TXT') ?? []
  expect(asked.length).toBeGreaterThan(2)
  expect(asked.at(-1)).toMatchObject({ rcode: 'NOERROR' })
  await sandbox.close()
})
