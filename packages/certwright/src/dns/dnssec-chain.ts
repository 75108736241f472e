import { isWithin } from './domain-name.ts'
import {
  delegationSigners,
  isCheckable,
  isSignedFor,
  zoneKeys,
  type DelegationSigner,
} from './dnssec-key.ts'
import { faulty, reporting, type DnssecFault, type DnssecReport } from './dnssec-report.ts'
import { signatureFault, type SigningZone } from './dnssec-signature.ts'
import type { Params } from '../runtime/catalogue.ts'
import { typeName, typeNumbers, type ResourceRecord, type SignedReply } from './resource-record.ts'
import type { Resolver } from './resolver.ts'
import type { TrustAnchor } from './trust-anchor.ts'

/** A zone whose keys are proven. */
export type TrustedZone = Omit<SigningZone, 'now'>

/** The zone that a name is in, its keys proven; or why they are not. */
export type Link = TrustedZone | DnssecReport

export interface ChainOptions {
  readonly resolver: Resolver
  readonly anchors: readonly TrustAnchor[]
  /** Milliseconds since the epoch: signatures must be valid then. */
  readonly now: number
}

export function isDecided(link: Link): link is DnssecReport {
  return 'state' in link
}

/** The chain of trust to a name, from the nearest anchor down, DS by DS (RFC 4035 §5.2). Each step is taken once. */
export function chainOfTrust(
  options: ChainOptions,
): (name: string, signal?: AbortSignal) => Promise<Link> {
  const known = new Map<string, Promise<Link>>()

  async function linkTo(name: string, signal?: AbortSignal): Promise<Link> {
    const found = known.get(name) ?? reporting(name, async () => link(name, signal))
    known.set(name, found)
    return found
  }

  async function link(name: string, signal: AbortSignal | undefined): Promise<Link> {
    const own = options.anchors.filter(({ zone }) => zone === name)
    if (own.length > 0) {
      const trusted = await keysOf(name, own, options, signal)
      if (!isDecided(trusted)) return trusted
      // What is wrong at the very top is nothing that the name's owner could set right.
      return { ...trusted, state: 'unknown', fault: 'anchor-unproven' }
    }
    if (name === '') {
      return { state: 'unknown', zone: '', fault: 'anchor-unproven', params: { zone: '.' } }
    }
    const above = await linkTo(name.split('.').slice(1).join('.'), signal)
    return isDecided(above) ? above : stepTo(name, above, options, signal)
  }
  return linkTo
}

type Asking = Pick<ChainOptions, 'resolver' | 'now'>

/** From a zone to a name right below a name in it: a zone of its own, or the same zone still. */
async function stepTo(
  name: string,
  above: TrustedZone,
  { resolver, now }: Asking,
  signal: AbortSignal | undefined,
): Promise<Link> {
  const reply = await resolver.askSigned({ name, type: 'DS' }, signal)
  const { zone } = above
  const set = recordsAt(reply.answers, name, typeNumbers.DS)
  if (set.length > 0) {
    const fault = signatureFault(set, signaturesIn(reply.answers), { ...above, now })
    if (fault) return faulty(zone, fault)
    return keysOf(name, delegationSigners(set), { resolver, now }, signal)
  }
  if (!(await isApex(name, resolver, signal))) return above
  const fault = absenceFault(reply, { name, type: 'DS' }, { ...above, now })
  if (fault) return faulty(zone, fault)
  return { state: 'insecure', zone: name, fault: 'not-signed', params: { zone: name } }
}

async function isApex(
  name: string,
  resolver: Resolver,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { answers } = await resolver.askSigned({ name, type: 'SOA' }, signal)
  return recordsAt(answers, name, typeNumbers.SOA).length > 0
}

/** The zone's keys, where one of them that the zone above names has signed them all. */
async function keysOf(
  zone: string,
  signers: readonly DelegationSigner[],
  { resolver, now }: Asking,
  signal: AbortSignal | undefined,
): Promise<Link> {
  const usable = signers.filter(isCheckable)
  const params = { name: zone || '.', keyTags: signers.map(({ keyTag }) => keyTag).join(', ') }
  if (usable.length === 0) {
    const algorithm = [...new Set(signers.map((signer) => signer.algorithm))].join(', ')
    return faulty(zone, { fault: 'algorithm', params: { ...params, type: 'DS', algorithm } })
  }
  const reply = await resolver.askSigned({ name: zone, type: 'DNSKEY' }, signal)
  const set = recordsAt(reply.answers, zone, typeNumbers.DNSKEY)
  const keys = zoneKeys(set)
  if (keys.length === 0) return faulty(zone, { fault: 'keys-missing', params })
  const named = keys.filter((key) => usable.some((signer) => isSignedFor(key, signer)))
  if (named.length === 0) {
    const shown = keys.map(({ tag }) => tag).join(', ')
    return faulty(zone, { fault: 'keys-differ', params: { ...params, shown } })
  }
  const fault = signatureFault(set, signaturesIn(reply.answers), { zone, keys: named, now })
  return fault ? faulty(zone, fault) : { zone, keys }
}

/** RFC 4035 §5.4: that there is nothing is proven by signed NSEC or NSEC3 records, beside a signed SOA. */
export function absenceFault(
  { authorities }: Pick<SignedReply, 'authorities'>,
  { name, type }: { readonly name: string; readonly type: string },
  signing: SigningZone,
): { readonly fault: DnssecFault; readonly params: Params } | undefined {
  const signatures = signaturesIn(authorities)
  const inZone = authorities.filter((record) => isWithin(record.name, signing.zone))
  const { NSEC, NSEC3, SOA } = typeNumbers
  const faults = [NSEC, NSEC3, SOA]
    .flatMap((kind) => setsOf(inZone.filter((record) => record.type === kind)))
    .flatMap((set) => signatureFault(set, signatures, signing) ?? [])
  if (faults[0]) return faults[0]
  const isProven = inZone.some((record) => record.type === NSEC || record.type === NSEC3)
  return isProven ? undefined : { fault: 'absence-unproven', params: { name: name || '.', type } }
}

export function recordsAt(
  records: readonly ResourceRecord[],
  name: string,
  type: number,
): readonly ResourceRecord[] {
  return records.filter((record) => record.type === type && record.name === name)
}

export function signaturesIn(records: readonly ResourceRecord[]): readonly ResourceRecord[] {
  return records.filter(({ type }) => type === typeNumbers.RRSIG)
}

function setsOf(records: readonly ResourceRecord[]): ReadonlyArray<readonly ResourceRecord[]> {
  return [...Map.groupBy(records, ({ name, type }) => `${name} ${typeName(type)}`).values()]
}
