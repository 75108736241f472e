import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import {
  decode,
  encode,
  type Answer,
  type DnskeyData,
  type Question,
  type RrsigData,
} from 'dns-packet'
import { onTestFinished } from 'vitest'
import type { TrustAnchor } from '../../src/dns/trust-anchor.ts'
import { rawServer } from './world.ts'

/** What a zone holds, and what is wrong with it. */
export interface SignedZone {
  /** Without a final dot; empty for the root. */
  readonly name: string
  /** RFC 8624's numbers; default 13. */
  readonly algorithm?: 8 | 13 | 14 | 15
  readonly records?: readonly Answer[]
  /** Names no keys in the zone above, and signs nothing. */
  readonly unsigned?: true
  /** Seconds around now in which the signatures are valid; default an hour before and after. */
  readonly valid?: readonly [from: number, to: number]
  /** Changes a signature, or takes it away. */
  readonly spoil?: (signature: RrsigData, name: string) => RrsigData | undefined
  /** Changes the keys that are shown, after they were signed. */
  readonly shownKeys?: (keys: readonly DnskeyData[]) => readonly DnskeyData[]
  /** Leaves out what proves an absence. */
  readonly unprovenAbsence?: true
}

export interface SignedWorld {
  /** `address:port` of a server that answers for all zones. */
  readonly resolver: string
  readonly anchors: readonly TrustAnchor[]
  /** What was asked, as `name TYPE`. */
  readonly asked: readonly string[]
}

interface Key {
  readonly privateKey: KeyObject
  readonly data: DnskeyData
  readonly tag: number
}

interface Signing {
  readonly zone: SignedZone
  readonly key: Key
  readonly now: number
}

/** Serves zones that sign each answer as they give it. The first zone is the trust anchor. */
export async function signedWorld(
  zones: readonly SignedZone[],
  now: number = Date.now(),
): Promise<SignedWorld> {
  const signings = zones.map((zone) => ({ zone, key: newKey(zone.algorithm ?? 13), now }))
  const asked: string[] = []
  const server = await rawServer({
    udp: (message) => {
      const { id = 0, questions = [] } = decode(message)
      const question = questions[0] as Question
      asked.push(`${question.name} ${question.type}`)
      return [replyTo(signings, question, id)]
    },
  })
  onTestFinished(async () => server.close())
  const [top] = signings
  if (!top) throw new TypeError('no zones')
  const { keyTag, algorithm, digestType, digest } = dsOf(top)
  const anchor = { zone: top.zone.name, keyTag, algorithm, digestType }
  return {
    resolver: `${server.address}:${server.port}`,
    anchors: [{ ...anchor, digest: digest.toString('hex') }],
    asked,
  }
}

/** SOA and NS of a zone, and an address for its server. */
export function apexOf(name: string): Answer[] {
  return [
    { name, type: 'SOA', ttl: 60, data: { mname: `ns1.${name}`, rname: `host.${name}` } },
    { name, type: 'NS', ttl: 60, data: `ns1.${name}` },
    { name: `ns1.${name}`, type: 'A', ttl: 60, data: '127.0.0.1' },
  ]
}

function replyTo(signings: readonly Signing[], { name, type }: Question, id: number): Buffer {
  const plain = name.toLowerCase() === '.' ? '' : name.toLowerCase()
  const within = signings
    .filter(
      ({ zone }) => zone.name === '' || plain === zone.name || plain.endsWith(`.${zone.name}`),
    )
    // The zone above answers for the DS records of a zone's apex (RFC 4035 §3.1.4.1).
    .filter(({ zone }) => !(type === 'DS' && plain === zone.name))
    .sort((a, b) => b.zone.name.length - a.zone.name.length)
  const [signing] = within
  const flags = 0x8400
  const base = { type: 'response' as const, id, questions: [{ name, type }] }
  if (!signing) return encode({ ...base, flags: flags | 5 })
  const { zone, key } = signing
  const below = signings.find((other) => other.zone.name === plain && type === 'DS')
  const keys = (zone.shownKeys ?? ((all) => all))([key.data])
  const apexKeys = keys.map((data): Answer => ({
    name: plain || '.',
    type: 'DNSKEY',
    ttl: 60,
    data,
  }))
  const standing = [
    ...apexOf(zone.name),
    ...(zone.records ?? []),
    ...(plain === zone.name && !zone.unsigned ? apexKeys : []),
    ...(below && !below.zone.unsigned
      ? [{ name: plain, type: 'DS', ttl: 60, data: dsOf(below) } as const]
      : []),
  ].filter((record) => record.name === (plain || '.'))
  const wild = zone.records?.filter(
    (record) => record.name === `*.${plain.replace(/^[^.]*\./, '')}`,
  )
  const found = (standing.length > 0 ? standing : (wild ?? [])).filter(
    (record) => record.type === type || record.type === 'CNAME',
  )
  const answers = found.map((record): Answer => ({ ...record, name: plain || '.' }))
  const signed = signatureOf(found, signing, plain)
  if (answers.length > 0) return encode({ ...base, flags, answers: [...answers, ...signed] })
  return encode({ ...base, flags, authorities: absenceOf(signing, plain, type) })
}

function absenceOf(signing: Signing, name: string, type: string): Answer[] {
  const { zone } = signing
  const soa = apexOf(zone.name).filter((record) => record.type === 'SOA')
  const nsec: Answer[] =
    zone.unprovenAbsence || zone.unsigned
      ? []
      : [
          {
            name: name || '.',
            type: 'NSEC',
            ttl: 60,
            data: { nextDomain: `zzz.${zone.name}`, rrtypes: type === 'TXT' ? ['A'] : ['TXT'] },
          },
        ]
  return [soa, nsec].flatMap((set) => [...set, ...signatureOf(set, signing, set[0]?.name ?? '')])
}

function signatureOf(set: readonly Answer[], { zone, key, now }: Signing, owner: string): Answer[] {
  const [first] = set
  if (!first || zone.unsigned) return []
  const [from, to] = zone.valid ?? [-3600, 3600]
  const seconds = Math.floor(now / 1000)
  const labels = first.name.split('.').filter((label) => label !== '' && label !== '*').length
  const unsigned: RrsigData = {
    typeCovered: first.type,
    algorithm: key.data.algorithm,
    labels,
    originalTTL: 60,
    expiration: seconds + to,
    inception: seconds + from,
    keyTag: key.tag,
    signersName: zone.name || '.',
    signature: Buffer.alloc(0),
  }
  const head = rdataOf({ name: '.', type: 'RRSIG', data: unsigned })
  const records = set
    .map((record) => rdataOf(record))
    .sort((a, b) => Buffer.compare(a, b))
    .map((data) => {
      const record = encode({ answers: [{ ...first, ttl: 60 } as Answer] }).subarray(12)
      const fixed = record.subarray(0, record.length - rdataOf(first).length - 2)
      const length = Buffer.alloc(2)
      length.writeUInt16BE(data.length)
      return Buffer.concat([fixed, length, data])
    })
  const signature = signed(Buffer.concat([head, ...records]), key)
  const spoiled = (zone.spoil ?? ((one) => one))({ ...unsigned, signature }, owner)
  return spoiled ? [{ name: owner || '.', type: 'RRSIG', ttl: 60, data: spoiled }] : []
}

function signed(bytes: Buffer, { privateKey, data }: Key): Buffer {
  const hash = { 8: 'sha256', 13: 'sha256', 14: 'sha384' }[data.algorithm]
  return sign(hash, bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' })
}

/** The data of a record: what comes after its name, type, class, TTL and length. */
function rdataOf(record: Answer): Buffer {
  const bytes = encode({ answers: [{ ...record, name: '.' }] })
  return bytes.subarray(12 + 11)
}

function newKey(algorithm: number): Key {
  const { publicKey, privateKey } = pairFor(algorithm)
  const { x = '', y = '', n = '', e = '' } = publicKey.export({ format: 'jwk' })
  const [exponent, ...parts] = [e, n, x, y].map((part) => Buffer.from(part, 'base64url'))
  const rsa = exponent && exponent.length > 0 ? [Buffer.of(exponent.length), exponent] : []
  const data = { flags: 257, algorithm, key: Buffer.concat([...rsa, ...parts]) }
  return { privateKey, data, tag: tagOf(rdataOf({ name: '.', type: 'DNSKEY', data })) }
}

function pairFor(algorithm: number): { publicKey: KeyObject; privateKey: KeyObject } {
  if (algorithm === 8) return generateKeyPairSync('rsa', { modulusLength: 1024 })
  if (algorithm === 15) return generateKeyPairSync('ed25519')
  return generateKeyPairSync('ec', { namedCurve: algorithm === 13 ? 'P-256' : 'P-384' })
}

/** RFC 4034 Appendix B, as its own C code has it. */
function tagOf(data: Buffer): number {
  let ac = 0
  for (let i = 0; i < data.length; i += 1) ac += i & 1 ? (data[i] ?? 0) : (data[i] ?? 0) << 8
  ac += (ac >> 16) & 0xffff
  return ac & 0xffff
}

function dsOf({ zone, key }: Signing): {
  keyTag: number
  algorithm: number
  digestType: number
  digest: Buffer
} {
  const owner = encode({ questions: [{ name: zone.name || '.', type: 'A' }] }).subarray(12, -4)
  const data = rdataOf({ name: '.', type: 'DNSKEY', data: key.data })
  const digest = createHash('sha256').update(owner).update(data).digest()
  return { keyTag: key.tag, algorithm: key.data.algorithm, digestType: 2, digest }
}
