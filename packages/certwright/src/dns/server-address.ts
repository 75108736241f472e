import { isIP, isIPv6 } from 'node:net'
import { CertwrightError } from '../runtime/error.ts'

/** Where a DNS server listens. */
export interface ServerAddress {
  /** An IPv4 or IPv6 address, without brackets. */
  readonly address: string
  readonly port: number
}

/** Reads `192.0.2.1`, `192.0.2.1:53`, `2001:db8::1` or `[2001:db8::1]:53`. */
export function serverAddressFrom(text: string, defaultPort = 53): ServerAddress {
  const bracketed = /^\[(?<address>[^\]]+)\](?::(?<port>\d{1,5}))?$/.exec(text)
  const plain = /^(?<address>[^:]+)(?::(?<port>\d{1,5}))?$/.exec(text)
  const groups = (bracketed ?? plain)?.groups
  const address = groups?.['address'] ?? text
  const port = Number(groups?.['port'] ?? defaultPort)
  const shapeFits = bracketed ? isIPv6(address) : isIP(address) !== 0
  if (!shapeFits || port < 1 || port > 65_535) {
    throw new CertwrightError('DNS_SERVER_ADDRESS_NOT_CONFORM', { text })
  }
  return { address, port }
}

/** The address as a person writes it; the port only where it is not 53. */
export function serverAddressText({ address, port }: ServerAddress): string {
  if (port === 53) return address
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`
}

/** Whether the address is this machine itself (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./i.test(address)
}
