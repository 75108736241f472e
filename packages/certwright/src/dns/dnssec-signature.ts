import { instantOf } from '@certwright/acme'
import type { Params } from '../runtime/catalogue.ts'
import { hasSigned, isKnownAlgorithm, type DnssecKey } from './dnssec-key.ts'
import {
  labelCount,
  nameText,
  splitName,
  typeName,
  type ResourceRecord,
} from './resource-record.ts'

/** Why a set of records is not proven. */
export interface SignatureFault {
  readonly fault:
    | 'missing'
    | 'expired'
    | 'not-yet-valid'
    | 'wrong'
    /** Signed by a key that the zone does not show. */
    | 'key-missing'
    /** By an algorithm that is not checked here. */
    | 'algorithm'
  readonly params: Params
}

/** A signature over the records of one name and type (RFC 4034 §3). */
interface Signature {
  readonly typeCovered: number
  readonly algorithm: number
  readonly labels: number
  readonly originalTtl: number
  readonly expiration: number
  readonly inception: number
  readonly keyTag: number
  readonly signer: string
  /** The data without the signature itself, its signer's name in lower case: RFC 4034 §3.1.8.1. */
  readonly signedData: Buffer
  readonly bytes: Buffer
}

/** The zone whose keys are to have signed. */
export interface SigningZone {
  readonly zone: string
  readonly keys: readonly DnssecKey[]
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** How many signatures of one set are looked at: many keys with one tag must not keep us busy (CVE-2023-50387). */
const mostAttempts = 16

/** What tells a person most comes first: an expired signature more than a second one by an unknown key. */
const order: readonly SignatureFault['fault'][] = [
  'expired',
  'not-yet-valid',
  'wrong',
  'key-missing',
  'algorithm',
  'missing',
]

/**
 * Whether one of the zone's keys has signed these records, which have one name and type, and the signature is valid
 * now. `undefined` where it is so; else what is wrong with the signature that came closest.
 */
export function signatureFault(
  set: readonly ResourceRecord[],
  signatures: readonly ResourceRecord[],
  signing: SigningZone,
): SignatureFault | undefined {
  const [first] = set
  if (!first) return undefined
  const about = { name: first.name || '.', type: typeName(first.type) }
  const faults: SignatureFault[] = []
  const covering = signatures
    .filter(({ name }) => name === first.name)
    .flatMap(({ data }) => readSignature(data) ?? [])
    .filter(({ typeCovered, signer }) => typeCovered === first.type && signer === signing.zone)
  for (const signature of covering.slice(0, mostAttempts)) {
    const fault = faultOf(signature, set, signing)
    if (fault === undefined) return undefined
    const { keyTag, algorithm } = signature
    const at = fault === 'not-yet-valid' ? signature.inception : signature.expiration
    const moment = instantOf(nearestMoment(at, signing.now))
    faults.push({ fault, params: { ...about, keyTag, algorithm, moment } })
  }
  const rank = ({ fault }: SignatureFault): number => order.indexOf(fault)
  return faults.sort((a, b) => rank(a) - rank(b))[0] ?? { fault: 'missing', params: about }
}

function faultOf(
  signature: Signature,
  set: readonly ResourceRecord[],
  { keys, now }: SigningZone,
): SignatureFault['fault'] | undefined {
  const { expiration, inception, keyTag, algorithm, labels, bytes } = signature
  if (!isKnownAlgorithm(algorithm)) return 'algorithm'
  if (nearestMoment(expiration, now) < now) return 'expired'
  if (nearestMoment(inception, now) > now) return 'not-yet-valid'
  const candidates = keys
    .filter((key) => key.tag === keyTag && key.algorithm === algorithm)
    .slice(0, mostAttempts)
  if (candidates.length === 0) return 'key-missing'
  const signed = signedBytes(set, signature)
  if (signed === undefined || labels > labelsOf(set)) return 'wrong'
  return candidates.some((key) => hasSigned(key, signed, bytes)) ? undefined : 'wrong'
}

function readSignature(data: Buffer): Signature | undefined {
  if (data.length < 19) return undefined
  try {
    const { name, rest } = splitName(data, 18)
    return {
      typeCovered: data.readUInt16BE(0),
      algorithm: data.readUInt8(2),
      labels: data.readUInt8(3),
      originalTtl: data.readUInt32BE(4),
      expiration: data.readUInt32BE(8),
      inception: data.readUInt32BE(12),
      keyTag: data.readUInt16BE(16),
      signer: nameText(name),
      signedData: Buffer.concat([data.subarray(0, 18), name]),
      bytes: rest,
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** RFC 4034 §3.1.5: seconds in 32 bits, to be compared by RFC 1982; so the moment nearest to now is meant. */
function nearestMoment(seconds: number, now: number): number {
  const difference = (seconds - Math.floor(now / 1000)) | 0
  return (Math.floor(now / 1000) + difference) * 1000
}

/** RFC 4034 §3.1.3: the labels of the owner, "not counting the null (root) label" nor a leftmost `*`. */
function labelsOf([first]: readonly ResourceRecord[]): number {
  if (!first) return 0
  return labelCount(first.owner) - (first.name === '*' || first.name.startsWith('*.') ? 1 : 0)
}

/** RFC 4034 §3.1.8.1: what the signature is over. */
function signedBytes(
  set: readonly ResourceRecord[],
  { labels, originalTtl, signedData }: Signature,
): Buffer | undefined {
  const [first] = set
  const owner = first && signedOwner(first.owner, labels, labelsOf(set))
  if (!owner) return undefined
  // §6.3: in the order of their data, "as a left-justified unsigned octet sequence", each once.
  const data = set.map((record) => record.data).sort((a, b) => Buffer.compare(a, b))
  const distinct = data.filter(
    (one, index) => index === 0 || !one.equals(data[index - 1] as Buffer),
  )
  const records = distinct.map((one) => {
    const fixed = Buffer.alloc(10)
    fixed.writeUInt16BE(first.type, 0)
    fixed.writeUInt16BE(first.class, 2)
    fixed.writeUInt32BE(originalTtl, 4)
    fixed.writeUInt16BE(one.length, 8)
    return Buffer.concat([owner, fixed, one])
  })
  return Buffer.concat([signedData, ...records])
}

/** Where the signature has fewer labels than the name, it is a wildcard's from which the name was made. */
function signedOwner(owner: Buffer, labels: number, ownLabels: number): Buffer {
  if (labels >= ownLabels) return owner
  let at = 0
  for (let left = ownLabels - labels; left > 0; left -= 1) at += 1 + owner.readUInt8(at)
  return Buffer.concat([Buffer.of(1, 0x2a), owner.subarray(at)])
}
