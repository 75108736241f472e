import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inWorld, type MortalWorld } from './mortal-world.ts'

const ids = Array.from({ length: 8 }, (_, i) => `w${i}.example.test`)
const minuteMs = 60_000

/** The same numbers for the same seed: mulberry32. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function writeConfig({ running, home }: MortalWorld): void {
  const { directoryUrl, tsig, resolver } = running
  const options = `{ server: '${resolver}', key-name: '${tsig.name}', key-secret: '${tsig.secret}' }`
  writeFileSync(
    join(home, 'certwright.yaml'),
    `issuers:
  - { name: sandbox, directory: ${directoryUrl}, ca-file: root.pem, agree-terms: true }
dns:
  zone: { provider: rfc2136, options: ${options} }
defaults:
  challenge: { dns: zone, resolvers: ['${resolver}'] }
certificates:
${ids.map((id) => `  - names: [${id}]`).join('\n')}
`,
  )
}

/** What a server would read of each certificate; throws where key and chain are not a pair. */
function pairs(home: string): readonly string[] {
  return ids.flatMap((id) => {
    const current = join(home, 'state', 'live', id, 'current')
    if (!existsSync(current)) return []
    const version = realpathSync(current)
    const leaf = new X509Certificate(readFileSync(join(version, 'fullchain.pem')))
    const key = createPrivateKey(readFileSync(join(version, 'privkey.pem')))
    expect(leaf.checkPrivateKey(key), `${id}: key and chain`).toBe(true)
    return [leaf.serialNumber]
  })
}

interface History {
  readonly lost: number
  readonly issuedTwice: number
  readonly orderedTwice: number
}

/** What the CA and the store say of it, when all is quiet. */
async function historyOf(world: MortalWorld): Promise<History> {
  const { certificates } = JSON.parse(await world.run(['list', '--json'])) as {
    certificates: readonly { id: string; version?: { number: number } }[]
  }
  const orders = world.running.ca.orders()
  const ordersOf = (id: string): number =>
    orders.filter(({ identifiers }) => identifiers.some(({ value }) => value === id)).length
  return {
    lost: ids.filter((id) => !certificates.some((one) => one.id === id && one.version)).length,
    issuedTwice: certificates.filter(({ version }) => (version?.number ?? 0) > 1).length,
    orderedTwice: ids.filter((id) => ordersOf(id) > 1).length,
  }
}

describe('two runs of apply and a service on one store, killed at random', () => {
  it.each([1, 2, 3])(
    'lose nothing, order nothing twice and tear no file (schedule %i)',
    { timeout: 600_000 },
    async (seed) => {
      const random = chance(seed)
      await inWorld(async (world) => {
        writeConfig(world)
        const commands = [['apply'], ['apply', '--concurrency', '3'], ['serve', '--once']]
        for (let round = 0; round < 3; round += 1) {
          // The later a round, the later they die; some live on.
          const deaths = commands.map(() =>
            random() < 0.2 ? 0 : 1 + Math.floor(random() * 150 * (round + 1)),
          )
          await Promise.all(
            commands.map(async (argv, i) => world.mortal(deaths[i] ?? 0, [...argv, '--json'])),
          )
          pairs(world.home)
        }
        // What failed because its process died is tried again later.
        world.aheadMs += 3 * minuteMs
        await world.run(['apply', '--json'])
        expect(JSON.parse(await world.run(['plan', '--json']))).toMatchObject({ actions: [] })
        expect(await historyOf(world)).toStrictEqual({ lost: 0, issuedTwice: 0, orderedTwice: 0 })
        expect(new Set(pairs(world.home)).size).toBe(ids.length)
        const left = ids.flatMap((id) => world.running.dns.records(`_acme-challenge.${id}`, 'TXT'))
        expect(left).toStrictEqual([])
      })
    },
  )
})
