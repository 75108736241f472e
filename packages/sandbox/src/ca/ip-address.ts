import { BlockList, isIPv6 } from 'node:net'

/** The first bits of an IPv6 address, e.g. `2001:db8:1::/48`. */
export function addressRange(address: string, bits: number): string {
  const kept = ipv6Groups(address).slice(0, bits / 16)
  return `${kept.map((group) => group.toString(16)).join(':')}::/${bits}`
}

/** The eight groups of an IPv6 address. */
export function ipv6Groups(address: string): readonly number[] {
  // `URL` writes the last groups in hex too, where they came as an IPv4 address.
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail] = written.split('::')
  const read = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
  const [first, last] = [read(head), read(tail ?? '')]
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length
  return [...first, ...Array.from({ length: zeros }, () => 0), ...last]
}

/** The address of who is connected, an IPv4 address that came over IPv6 as what it is. */
export function peerAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

/** The IANA registries of special-purpose addresses, which the Baseline Requirements exclude. */
const special: readonly (readonly [address: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['::1', 128],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['100:0:0:1::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
]

// Two lists: in one, every IPv4 address would be found under ::ffff:0:0/96.
const lists = { ipv4: new BlockList(), ipv6: new BlockList() }
for (const [address, bits] of special) {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  lists[family].addSubnet(address, bits, family)
}

/** Whether the address is in a registry of special-purpose addresses, or for multicast. */
export function isSpecial(address: string): boolean {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  return lists[family].check(address, family)
}
