import { X509Certificate } from 'node:crypto'
import { systemClock } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import { systemHost } from '../../src/runtime/host.ts'
import { fileWorld } from './file-world.ts'
import { hurried, sandboxWorld } from './sandbox-world.ts'

/** So that its CRL alone tells. */
const silent = { ca: { renewalInfo: false } }
const [a, b] = ['a.example.test', 'b.example.test'] as const

/** Two certificates of a file; the CA has revoked the first for this reason. */
async function revokedWorld(reason = 1) {
  const world = await fileWorld(undefined, silent)
  expect((await world.does('apply')).code).toBe(0)
  const { ca } = world.sandbox
  const first = ca.certificates().find(({ identifiers }) => identifiers[0]?.value === a)
  ca.revoke(first?.serial ?? '', reason)
  return world
}

describe('a certificate that its CA has revoked', () => {
  it('is planned for renewal by what the CRL says, renewed everywhere, and nothing is left', async () => {
    const world = await revokedWorld()
    const { stdout, code } = await world.does('plan')
    expect(code).toBe(2)
    expect(stdout).toMatch(/~ renew +a\.example\.test .*its issuer has revoked it \(CRL\)/)
    expect(stdout).not.toContain(b)
    const { stdout: chinese } = await world.does('plan --lang zh')
    expect(chinese).toMatch(/续期 +a\.example\.test .*签发机构已将其吊销（CRL）/)

    const { document, code: applied } = await world.json('apply')
    expect(applied).toBe(0)
    expect(document.outcomes).toMatchObject([
      { action: 'renew', certificate: a, reason: 'revoked-by-issuer', result: 'done' },
      { action: 'install', certificate: a, reason: 'new-version', result: 'done' },
      { action: 'collect', certificate: a, result: 'done' },
    ])
    expect((await world.json('plan')).document).toMatchObject({ actions: [], later: [] })
    const { stdout: events } = await world.does('events')
    expect(events).toMatch(/ {2}revoked-by-issuer {2}a\.example\.test {2}number=1 {2}reason=1 /)
    expect(events).toMatch(/ {2}issued {2}a\.example\.test {2}reason=revoked-by-issuer /)
    const names = world.sandbox.ca.certificates().map(({ identifiers }) => identifiers[0]?.value)
    expect(names.filter((name) => name === a)).toHaveLength(2)
  })

  it('is renewed with another key where that is compromised, though keys are kept', async () => {
    const world = await fileWorld(
      `
  - names: [a.example.test]
    reuse-key: true
`,
      silent,
    )
    const keys = async (): Promise<readonly unknown[]> => {
      await world.does('apply')
      const { ca } = world.sandbox
      const all = ca.certificates().map(({ chainPem }) => new X509Certificate(chainPem))
      return all.map(({ publicKey }) => publicKey.export({ format: 'jwk' })['x'])
    }
    await keys()
    const { ca } = world.sandbox
    ca.revoke(ca.certificates()[0]?.serial ?? '', 1)
    const [first, second] = await keys()
    expect(second).toBeTypeOf('string')
    expect(second).not.toBe(first)
  })

  it('is said to be so by list, show and verify, in both languages', async () => {
    const world = await revokedWorld(4)
    await world.does('plan')
    const said = async (command: string): Promise<string> => {
      const { stdout, stderr } = await world.does(command)
      return stdout + stderr
    }
    expect(await said('list')).toMatch(/^a\.example\.test .* revoked by its issuer$/m)
    expect(await said('list')).toMatch(/^b\.example\.test .* valid, \d+ days left$/m)
    expect(await said('list --lang zh')).toMatch(/^a\.example\.test .* 已被签发机构吊销$/m)
    expect(await said('list --due')).not.toContain(b)
    expect(await said(`show ${a}`)).toMatch(/current, revoked by its issuer on .*\(superseded\)$/m)
    expect(await said(`show ${a} --lang zh`)).toMatch(/签发机构已于 .* 将其吊销（superseded）$/m)
    expect(await said(`show ${b}`)).toMatch(
      /^REVOCATION +none by the list of .*, which is good until .*Z$/m,
    )
    const verified = await world.does(`verify ${a}`)
    expect(verified.code).toBe(2)
    expect(verified.stderr).toMatch(/a\.example\.test: its issuer has revoked it on .*superseded/)
    expect(await said(`verify ${a} --lang zh`)).toMatch(/签发机构已于 .* 将其吊销（superseded）/)
    const { stdout } = await world.does(`show ${a} --json`)
    expect(JSON.parse(stdout)).toMatchObject({
      certificate: { state: 'revoked', version: { revokedBy: 'issuer', revocationReason: 4 } },
    })
    const { stdout: good } = await world.does(`show ${b} --json`)
    expect(JSON.parse(good)).toMatchObject({
      certificate: { state: 'valid', revocationLists: [{ failures: 0 }] },
    })
  })

  it('is renewed by serve, without a word from anybody', async () => {
    const world = await revokedWorld()
    const { stdout } = await world.does('serve --once')
    expect(stdout).not.toContain('revoked-by-issuer')
    // Nothing was due yet. The list was not looked at either: that is a matter of six hours.
    const later = { ...hurried, now: () => systemHost.now() + 7 * 3_600_000 }
    const served = await world.run(['serve', '--once'], { host: later })
    expect(served.code).toBe(0)
    expect((await world.does(`show ${a}`)).stdout).toMatch(/revoked by its issuer on /)
    expect(world.sandbox.ca.certificates()).toHaveLength(3)
  })

  it('is not looked for where the file says so', async () => {
    const world = await revokedWorld()
    await world.write(`
  - names: [a.example.test]
    installs: ['fake-web:site=a.example.test']
    renewal: { revocation-lists: false }
`)
    const { stdout } = await world.does('plan')
    expect(stdout).not.toContain('renew')
    expect((await world.does(`show ${a}`)).stdout).not.toContain('REVOCATION')
  })

  it('is renewed by renew, which says why with --check', async () => {
    const world = await sandboxWorld(silent)
    await world.issue([a])
    const [first] = world.sandbox.ca.certificates()
    world.sandbox.ca.revoke(first?.serial ?? '')
    const { stdout, code } = await world.run(['renew', '--check'])
    expect([stdout, code]).toStrictEqual([`${a}: due, its issuer has revoked it\n`, 2])
    expect((await world.run(['renew'])).code).toBe(0)
    expect(world.sandbox.ca.certificates()).toHaveLength(2)
    expect((await world.run(['renew', '--check'])).code).toBe(0)
  })
})

describe('what is revoked from here', () => {
  it('is not the CA’s doing, and the file that says so is not spoken against by a CRL', async () => {
    const world = await fileWorld(undefined, silent)
    await world.does('apply')
    await world.write(`
  - names: [a.example.test]
    installs: ['fake-web:site=a.example.test']
    revoke: superseded
  - names: [b.example.test, www.b.example.test]
    installs: ['fake-web:site=b.example.test']
`)
    expect((await world.does('apply --yes')).code).toBe(0)
    expect((await world.json('plan')).document).toMatchObject({ actions: [], later: [] })
    const { stdout } = await world.does(`show ${a}`)
    expect(stdout).toMatch(/current, revoked on .*\(superseded\)$/m)
    expect((await world.does('events')).stdout).not.toContain('revoked-by-issuer')
  })

  it('stays so where the command did it, and is renewed for that reason', async () => {
    const world = await fileWorld(undefined, silent)
    await world.does('apply')
    expect((await world.does(`revoke ${a}`)).code).toBe(0)
    const { document } = await world.json('plan')
    expect(document.actions).toMatchObject([{ action: 'renew', reason: 'revoked' }, {}, {}])
    expect((await world.does('list')).stdout).toMatch(/^a\.example\.test .* revoked$/m)
  })
})

describe('a CRL that cannot be trusted', () => {
  it('changes nothing, and is told once', async () => {
    const world = await sandboxWorld({ ca: { renewalInfo: false, crlLifetimeMs: -1000 } })
    await world.issue([a])
    const [first] = world.sandbox.ca.certificates()
    world.sandbox.ca.revoke(first?.serial ?? '')
    const told = await world.run(['renew'])
    expect(told.stderr).toMatch(/Not known whether certificates were revoked.*The list of/)
    expect([told.stdout, told.code]).toStrictEqual([
      expect.stringMatching(/^Nothing is due/) as string,
      0,
    ])
    const later = { ...hurried, now: () => systemClock.now() + 86_400_000 }
    expect((await world.run(['renew'], { host: later })).stderr).not.toContain('Not known')
    expect((await world.run(['show', a])).stdout).toMatch(/^REVOCATION +not known: .*row: 2\)$/m)
  })
})
