import type { RunningDns } from '../dns/dns.ts'
import type { DnsRecord } from '../dns/record.ts'

/** A record as the DNS products keep it. */
export interface MirroredRecord {
  /** In ASCII, without the final dot. */
  readonly name: string
  readonly type: string
  readonly value: string
  readonly ttl: number
  readonly priority?: number | undefined
}

/** Makes the sandbox's DNS server answer for a zone, unless it does already. */
export function mirrorZone(dns: RunningDns | undefined, zone: string): void {
  if (!dns) return
  if (holds(dns, zone)) return
  dns.addZone({ name: zone })
}

function holds(dns: RunningDns, zone: string): boolean {
  try {
    return dns.records(zone, 'SOA').length > 0
  } catch {
    return false
  }
}

/** Answers a record. False where it cannot stand beside what is there: a CNAME stands alone. */
export function mirror(dns: RunningDns | undefined, record: MirroredRecord): boolean {
  const readable = dns && readableOf(record)
  if (!readable) return true
  try {
    dns.add(readable)
    return true
  } catch {
    return false
  }
}

/** Answers a record no more. */
export function unmirror(dns: RunningDns | undefined, record: MirroredRecord): void {
  const readable = dns && readableOf(record)
  if (!readable) return
  dns.remove(readable)
}

/** `undefined` for the types that are the products' own, such as `REDIRECT_URL`. */
function readableOf({
  name,
  type,
  value,
  ttl,
  priority = 10,
}: MirroredRecord): DnsRecord | undefined {
  if (type === 'TXT') return { name, ttl, type, data: value.replaceAll(/^"|"$/g, '') }
  if (type === 'MX') return { name, ttl, type, data: { preference: priority, exchange: value } }
  if (type === 'CAA') {
    const [, flags = '0', tag = '', text = ''] = /^(\d+) (\w+) "?([^"]*)"?$/.exec(value) ?? []
    return { name, ttl, type, data: { critical: Number(flags) >= 128, tag, value: text } }
  }
  const plain = type === 'A' || type === 'AAAA' || type === 'CNAME' || type === 'NS'
  return plain ? { name, ttl, type, data: value } : undefined
}
