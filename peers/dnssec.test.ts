import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { caaFinding } from '../packages/certwright/src/diagnosis/caa.ts'
import { dnssecFinding } from '../packages/certwright/src/diagnosis/dnssec.ts'
import { lookupOf } from '../packages/certwright/src/diagnosis/lookup.ts'
import { zoneFindings } from '../packages/certwright/src/diagnosis/zone.ts'
import { dnssecChecker, type DnssecReport } from '../packages/certwright/src/dns/dnssec.ts'
import type { QuestionType } from '../packages/certwright/src/dns/query.ts'
import { resolver } from '../packages/certwright/src/dns/resolver.ts'
import { systemHost } from '../packages/certwright/src/runtime/host.ts'
import type { TrustAnchor } from '../packages/certwright/src/dns/trust-anchor.ts'
import { describeWith, freePort, peer, run, start, temporaryFolder } from './peer.ts'

interface ZoneFile {
  readonly name: string
  readonly records?: string
  /** As dnssec-keygen calls it. */
  readonly algorithm?: string
  /** What dnssec-signzone is told besides. */
  readonly signing?: readonly string[]
  /** Changes the signed file. */
  readonly spoil?: (text: string) => string
}

interface SignedFile {
  readonly path: string
  /** The zone's DS records, as the zone above holds them. */
  readonly delegation: string
}

/** Signs a zone as its owner would: a key-signing and a zone-signing key, `dnssec-signzone -S`. */
async function signedFile(
  folder: string,
  {
    name,
    records = '',
    algorithm = 'ECDSAP256SHA256',
    signing = [],
    spoil = (text) => text,
  }: ZoneFile,
): Promise<SignedFile> {
  const size = algorithm.startsWith('RSA') ? ['-b', '2048'] : []
  for (const flags of [[], ['-f', 'KSK']]) {
    await succeed('dnssec-keygen', ['-q', '-K', folder, '-a', algorithm, ...size, ...flags, name])
  }
  const source = join(folder, `${name}.db`)
  writeFileSync(source, zoneText(records))
  const path = `${source}.signed`
  const fixed = ['-S', '-q', '-K', folder, '-d', folder, '-o', name, '-f', path]
  await succeed('dnssec-signzone', [...fixed, ...signing, source])
  writeFileSync(path, spoil(readFileSync(path, 'utf8')), { mode: 0o666 })
  return { path, delegation: readFileSync(join(folder, `dsset-${name}.`), 'utf8') }
}

function zoneText(records: string): string {
  return `$TTL 60
@ IN SOA ns1 admin 1 3600 600 86400 60
@ IN NS ns1
ns1 IN A 127.0.0.1
${records}
`
}

async function succeed(program: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(peer(program), args)
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: ${stdout}${stderr}`)
  return stdout
}

interface World {
  readonly port: number
  readonly anchors: readonly TrustAnchor[]
  readonly anchorFile: string
}

const host = 'www IN A 127.0.0.1\nWWW IN A 127.0.0.2\nwild IN TXT "a" "b"\n*.wild IN TXT "c"'

/** `test` above `example.test`, both served by one BIND; DS records of the lower zone unless told otherwise. */
async function signedWorld(
  zone: Omit<ZoneFile, 'name'> = {},
  { delegation, top = {} }: { delegation?: string; top?: Omit<ZoneFile, 'name' | 'records'> } = {},
): Promise<World> {
  const folder = temporaryFolder()
  chmodSync(folder, 0o777)
  const lower = await signedFile(folder, { records: host, ...zone, name: 'example.test' })
  const records = `example IN NS ns1.example\nns1.example IN A 127.0.0.1\n${delegation ?? lower.delegation}`
  const upper = await signedFile(folder, { ...top, name: 'test', records })
  const anchors = anchorsFrom(upper.delegation)
  const anchorFile = join(folder, 'anchors.conf')
  const lines = anchors.map(
    ({ keyTag, algorithm, digestType, digest }) =>
      `test. static-ds ${keyTag} ${algorithm} ${digestType} "${digest}";`,
  )
  writeFileSync(anchorFile, `trust-anchors { ${lines.join(' ')} };\n`)
  const port = await freePort()
  const config = join(folder, 'named.conf')
  writeFileSync(
    config,
    `options {
  directory "${folder}"; pid-file none; session-keyfile none; managed-keys-directory "${folder}";
  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; dnssec-validation no;
};
controls { };
zone "test" { type primary; file "${upper.path}"; };
zone "example.test" { type primary; file "${lower.path}"; };
`,
  )
  await start('named', ['-g', '-c', config, '-n', '1'], { port })
  return { port, anchors, anchorFile }
}

function anchorsFrom(dsset: string): TrustAnchor[] {
  return [...dsset.matchAll(/IN DS (\d+) (\d+) (\d+) ([0-9A-F ]+)/g)].map((found) => ({
    zone: 'test',
    keyTag: Number(found[1]),
    algorithm: Number(found[2]),
    digestType: Number(found[3]),
    digest: (found[4] ?? '').replaceAll(' ', ''),
  }))
}

async function check(
  { port, anchors }: World,
  name: string,
  type: QuestionType,
): Promise<DnssecReport> {
  const servers = [`127.0.0.1:${port}`]
  const options = { resolver: resolver({ servers }), anchors, now: Date.now() }
  return dnssecChecker(options).check(name, [type])
}

/** What BIND's own validator makes of the same question. */
async function delv({ port, anchorFile }: World, name: string, type: string): Promise<string> {
  const args = ['@127.0.0.1', '-p', String(port), '-a', anchorFile, '+root=test', name, type]
  const { stdout, stderr } = await run(peer('delv'), args)
  const said = stdout + stderr
  if (/fully validated/.test(said)) return 'secure'
  if (/unsigned answer/.test(said)) return 'insecure'
  return /resolution failed/.test(said) ? 'bogus' : said
}

const programs = ['named', 'dnssec-keygen', 'dnssec-signzone', 'delv']
// `-P`: it would not sign for the past otherwise.
const past = ['-P', '-s', '20240101000000', '-e', '20240201000000']

describeWith(programs, 'DNSSEC as BIND signs it and judges it', () => {
  it.each(['RSASHA256', 'RSASHA512', 'ECDSAP256SHA256', 'ECDSAP384SHA384', 'ED25519', 'ED448'])(
    'agrees that an answer by %s is secure, and so is what is absent',
    async (algorithm) => {
      const world = await signedWorld({ algorithm }, { top: { algorithm } })
      for (const [name, type] of [
        ['www.example.test', 'A'],
        ['www.example.test', 'CAA'],
        ['none.example.test', 'A'],
        ['any.wild.example.test', 'TXT'],
        ['example.test', 'SOA'],
      ] as const) {
        expect([name, (await check(world, name, type)).state]).toEqual([name, 'secure'])
        expect([name, await delv(world, name, type)]).toEqual([name, 'secure'])
      }
    },
  )

  it('agrees where absence is proven by NSEC3', async () => {
    const world = await signedWorld({ signing: ['-3', '-', '-H', '0'] })
    expect(await check(world, 'www.example.test', 'CAA')).toMatchObject({ state: 'secure' })
    expect(await check(world, 'none.example.test', 'A')).toMatchObject({ state: 'secure' })
  })

  it('agrees that expired signatures are bogus', async () => {
    const world = await signedWorld({ signing: past })
    expect(await check(world, 'www.example.test', 'A')).toMatchObject({
      state: 'bogus',
      zone: 'example.test',
      fault: 'expired',
      params: { moment: '2024-02-01T00:00:00.000Z' },
    })
    expect(await delv(world, 'www.example.test', 'A')).toBe('bogus')
  })

  it('agrees that a record that was changed after it was signed is bogus', async () => {
    const world = await signedWorld({ spoil: (text) => text.replace('127.0.0.2', '127.0.0.3') })
    expect(await check(world, 'www.example.test', 'A')).toMatchObject({
      state: 'bogus',
      fault: 'wrong',
    })
    expect(await delv(world, 'www.example.test', 'A')).toBe('bogus')
  })

  it('agrees that a DS of another key is bogus', async () => {
    const digest = 'AB'.repeat(32)
    const world = await signedWorld({}, { delegation: `example IN DS 4711 13 2 ${digest}` })
    expect(await check(world, 'www.example.test', 'A')).toMatchObject({
      state: 'bogus',
      fault: 'keys-differ',
      params: { keyTags: '4711' },
    })
    expect(await delv(world, 'www.example.test', 'A')).toBe('bogus')
  })

  it('agrees that a zone without a DS is insecure, signed though it is', async () => {
    const world = await signedWorld({}, { delegation: '' })
    expect(await check(world, 'www.example.test', 'A')).toMatchObject({
      state: 'insecure',
      fault: 'not-signed',
    })
    expect(await delv(world, 'www.example.test', 'A')).toBe('insecure')
  })

  it('and what a person is told of it: CAA through an alias, and the fault by its name', async () => {
    const world = await signedWorld({
      records: `www IN CNAME host
host IN A 127.0.0.1
host IN CAA 0 issue "other.example"
@ IN CAA 128 issue "ca.example; validationmethods=dns-01"
@ IN CAA 0 iodef "mailto:a@example.test"`,
      signing: past,
    })
    const resolvers = [`127.0.0.1:${world.port}`]
    const lookup = lookupOf({ host: systemHost, resolvers, anchors: world.anchors })
    const request = { caaIdentities: ['ca.example'], accountUrl: 'https://ca.example/1' }
    const caa = async (name: string, method: string) =>
      caaFinding(name, { ...request, method }, lookup)
    expect(await caa('www.example.test', 'dns-01')).toMatchObject({
      level: 'fault',
      code: 'caa-others',
      params: { at: 'www.example.test', named: 'other.example' },
    })
    expect(await caa('*.example.test', 'dns-01')).toMatchObject({ level: 'ok', code: 'caa-named' })
    expect(await caa('example.test', 'http-01')).toMatchObject({ code: 'caa-other-method' })
    expect(await dnssecFinding('www.example.test', ['A'], lookup)).toMatchObject({
      level: 'fault',
      code: 'dnssec-expired',
      params: { about: 'www.example.test', zone: 'example.test' },
    })
    const servers = await zoneFindings('example.test', lookup)
    expect(servers).toMatchObject([{ level: 'ok', code: 'dns-server' }])
  })
})
