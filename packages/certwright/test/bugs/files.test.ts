import { X509Certificate } from 'node:crypto'
import { cpSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock, type Faults } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import { systemHost } from '../../src/runtime/host.ts'
import { readCurrent, writeVersionFiles } from '../../src/store/files.ts'
import { hurried, sandboxWorld, type SandboxWorld } from '../cli/sandbox-world.ts'
import { scratchDirectory } from '../store/state-directory.ts'
import { bundleOf, day, issue as issued, now } from '../x509/issued.ts'
import { dayMs, pairOf } from './world.ts'

const id = 'a.example.test'
const live = ({ directory }: SandboxWorld): string => join(directory, 'state', 'live', id)

/** What a copy is like that followed links: `current` is a directory of files. */
function followLinks(world: SandboxWorld): void {
  const current = join(live(world), 'current')
  const version = realpathSync(current)
  rmSync(current)
  cpSync(version, current, { recursive: true })
}

describe('files', () => {
  it('bug 30: stay as they are when a renewal fails, the key above all (nginx/njs-acme#52, acmesh-official/acme.sh#6621, acmesh-official/acme.sh#2119)', async () => {
    const broken = new Set<string>()
    const faults: Faults = ({ endpoint }) =>
      broken.has(endpoint) ? { status: 403, html: 'no' } : undefined
    const world = await sandboxWorld({ ca: { faults, authorizationReusePercent: 0 } })
    await world.issue([id])
    const before = await pairOf(world, id)
    for (const endpoint of ['newOrder', 'authorization', 'challenge', 'finalize', 'certificate']) {
      broken.add(endpoint)
      expect((await world.run(['renew', id, '--force'])).code, endpoint).toBe(1)
      broken.clear()
      const after = await pairOf(world, id)
      expect([after.key, after.leaf.serialNumber]).toEqual([before.key, before.leaf.serialNumber])
    }
  })

  it('bug 31: of a valid pair are never replaced by those of an older one (certbot/certbot#10655)', async () => {
    const directory = scratchDirectory()
    const old = issued({ subject: id, notBefore: now - 100 * day, notAfter: now - 10 * day })
    const fresh = issued({ subject: id, notBefore: now - day, notAfter: now + 89 * day })
    const write = async (number: number, leaf: typeof old) =>
      writeVersionFiles({ directory, certificateId: id, number, bundle: bundleOf([leaf]) })
    await write(2, fresh)
    await write(1, old)
    const current = await readCurrent(directory)
    expect(new X509Certificate(current?.bundle.chainPem ?? '').validToDate.getTime()).toBe(
      now + 89 * day,
    )
  })

  it('bug 31: of the current version stay when a renewal fails after it has expired', async () => {
    const time = { passed: 0 }
    const later = (): number => systemHost.now() + time.passed
    const clock = { ...systemClock, now: later }
    const world = await sandboxWorld({ clock }, { host: { ...hurried, now: later } })
    await world.issue([id])
    await world.run(['renew', id, '--force'])
    time.passed = 100 * dayMs
    world.sandbox.dns.setServfail(id)
    expect((await world.run(['renew', id])).code).toBe(1)
    expect(readlinkSync(join(live(world), 'current'))).toBe('versions/0002')
  })

  it.each<[string, (world: SandboxWorld) => void]>([
    ['copied with their links followed', followLinks],
    ['copied without their links', (world) => rmSync(join(live(world), 'current'))],
    ['lost', (world) => rmSync(live(world), { recursive: true })],
    [
      'restored as they were before a renewal',
      (world) => {
        rmSync(join(live(world), 'versions', '0002'), { recursive: true })
        rmSync(join(live(world), 'current'))
      },
    ],
  ])(
    'bug 32: that were %s are put right by the next run, and renewed (fabriziosalmi/certmate#410, bunkerity/bunkerweb#3324, certbot/certbot#6058)',
    async (_, damage) => {
      const world = await sandboxWorld()
      await world.issue([id])
      await world.run(['renew', id, '--force'])
      const before = await pairOf(world, id)
      damage(world)
      expect((await world.run(['renew'])).code).toBe(0)
      expect((await pairOf(world, id)).leaf.serialNumber).toBe(before.leaf.serialNumber)
      expect(readlinkSync(join(live(world), 'current'))).toBe('versions/0002')
      expect((await world.run(['renew', id, '--force'])).code).toBe(0)
      expect((await pairOf(world, id)).leaf.serialNumber).not.toBe(before.leaf.serialNumber)
    },
  )

  it('bug 32: that were copied with their links followed show the next version once it is issued', async () => {
    const world = await sandboxWorld()
    await world.issue([id])
    followLinks(world)
    const old = readFileSync(join(live(world), 'current', 'fullchain.pem'), 'utf8')
    expect((await world.run(['renew', id, '--force'])).code).toBe(0)
    await pairOf(world, id)
    expect(readlinkSync(join(live(world), 'current'))).toBe('versions/0002')
    expect(readFileSync(join(live(world), 'versions', '0001', 'fullchain.pem'), 'utf8')).toBe(old)
    expect(readdirSync(live(world)).sort()).toEqual(['.certwright.json', 'current', 'versions'])
  })
})
