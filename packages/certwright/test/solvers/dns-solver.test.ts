import { dns01Name, dns01Value, type ChallengeWork } from '@certwright/acme'
import { describe, expect, it, test } from 'vitest'
import { dnsSolver } from '../../src/solvers/dns-solver.ts'
import { solverSuite } from '../../src/testing/index.ts'
import { serverText, txtAt, updatableZone } from '../dns/world.ts'

const zone = 'example.test'

describe('the contract', () => {
  solverSuite({
    test,
    zone,
    wildcards: true,
    addresses: false,
    world: async () => {
      const { dns, values } = await updatableZone(zone)
      const solver = await dnsSolver('rfc2136', {
        options: values,
        resolvers: [serverText(dns)],
      })
      return {
        solver: () => solver,
        right: async ({ keyAuthorization }: ChallengeWork) => dns01Value(keyAuthorization),
        seen: async ({ identifier }: ChallengeWork) => txtAt(dns, dns01Name(identifier.value))[0],
        close: async () => dns.close(),
      }
    },
  })
})

it('names the providers where it knows none of that name', async () => {
  await expect(dnsSolver('rfc2316')).rejects.toThrow(/rfc2136/)
})
