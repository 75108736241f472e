import type { RunningDns } from '@certwright/sandbox'
import { dns01Value, dnsAccount01Name, type ChallengeWork, type Solver } from '@certwright/acme'
import { describe, expect, it, test } from 'vitest'
import { provider as rfc2136 } from '../../src/dns/providers/rfc2136.ts'
import { systemHost } from '../../src/runtime/host.ts'
import { dnsAccount01 } from '../../src/solvers/dns-account-01.ts'
import { solverSuite } from '../../src/testing/index.ts'
import { leapingHost, serverText, serveZone, txtAt, updatableZone } from '../dns/world.ts'
import { workFor } from './work.ts'

const zone = 'example.test'
const accountUrl = 'https://ca.example/account/1'

/** The account's URL is part of every work that `obtain` hands out. */
function ofAccount(solver: Solver): Solver {
  return {
    ...solver,
    present: (work, signal) => solver.present(own(work), signal),
    settle: (works, signal) => solver.settle?.(works.map(own), signal) ?? Promise.resolve(),
  }
}
const own = (work: ChallengeWork): ChallengeWork => ({ accountUrl, ...work })

async function updatableDns(): Promise<{ dns: RunningDns; solver: () => Solver }> {
  const { dns, values } = await updatableZone(zone)
  const solver = (): Solver =>
    ofAccount(
      dnsAccount01({
        provider: rfc2136(values, { host: systemHost, env: {} }),
        host: leapingHost(),
        resolvers: [serverText(dns)],
      }),
    )
  return { dns, solver }
}

describe('the contract', () => {
  solverSuite({
    test,
    zone,
    wildcards: true,
    addresses: false,
    world: async () => {
      const { dns, solver } = await updatableDns()
      return {
        solver,
        right: async ({ keyAuthorization }: ChallengeWork) => dns01Value(keyAuthorization),
        seen: async ({ identifier }: ChallengeWork) =>
          txtAt(dns, await dnsAccount01Name(accountUrl, identifier.value))[0],
        close: async () => dns.close(),
      }
    },
  })
})

it('publishes at the name of the account, beside those of other accounts', async () => {
  const { dns, solver } = await updatableDns()
  const others = { ...workFor(zone, { token: 'two' }), accountUrl: 'https://ca.example/account/2' }
  await solver().present(workFor(zone, { token: 'one' }))
  await solver().present(others)
  for (const account of [accountUrl, others.accountUrl]) {
    expect(txtAt(dns, await dnsAccount01Name(account, zone))).toHaveLength(1)
  }
  expect(txtAt(dns, `_acme-challenge.${zone}`)).toEqual([])
  await dns.close()
})

it('publishes where the account’s name is delegated to', async () => {
  const { dns, solver } = await updatableDns()
  serveZone(dns, 'acme.other.test')
  const name = await dnsAccount01Name(accountUrl, zone)
  dns.add({ name, type: 'CNAME', data: 'x.acme.other.test' })
  const work = workFor(zone)
  const receipt = await solver().present(work)
  await solver().settle?.([work])
  expect(txtAt(dns, 'x.acme.other.test')).toEqual([await dns01Value(work.keyAuthorization)])
  await solver().cleanUp(receipt)
  expect(txtAt(dns, 'x.acme.other.test')).toEqual([])
  await dns.close()
})

it('takes work that names no account for the caller’s mistake', async () => {
  const { dns } = await updatableDns()
  const solver = dnsAccount01({
    provider: { addTxt: async () => ({}), removeTxt: async () => {} },
    host: leapingHost(),
    resolvers: [serverText(dns)],
  })
  await expect(solver.present(workFor(zone))).rejects.toThrow(TypeError)
  await dns.close()
})
