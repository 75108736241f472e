/** The 4 or 16 octets of an IP address in text; `undefined` for anything else, zones and port numbers included. */
export function ipAddressOctets(text: string): Uint8Array<ArrayBuffer> | undefined {
  const octets = text.includes(':') ? ipv6Octets(text) : ipv4Octets(text)
  return octets && new Uint8Array(octets)
}

/** The canonical text of 4 or 16 octets (RFC 5952): lower case, the longest run of zeros as `::`. */
export function ipAddressText(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.')
  if (octets.length !== 16) throw new TypeError('an IP address has 4 or 16 octets')
  // RFC 5952 §5: mixed notation where IPv4 is seen "through the use of a well-known prefix".
  const mapped = octets.every((octet, i) => i >= 12 || octet === (i < 10 ? 0 : 0xff))
  if (mapped) return `::ffff:${octets.subarray(12).join('.')}`
  const groups = Array.from({ length: 8 }, (_, i) => {
    return (((octets[2 * i] ?? 0) << 8) | (octets[2 * i + 1] ?? 0)).toString(16)
  })
  const { start, length } = longestRunOfZeros(groups)
  if (length < 2) return groups.join(':')
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`
}

function longestRunOfZeros(groups: readonly string[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 }
  let start = 0
  for (const [i, group] of groups.entries()) {
    if (group !== '0') start = i + 1
    else if (i + 1 - start > longest.length) longest = { start, length: i + 1 - start }
  }
  return longest
}

function ipv4Octets(text: string): number[] | undefined {
  const parts = text.split('.')
  const proper = parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part))
  const octets = parts.map(Number)
  return proper && octets.every((octet) => octet < 256) ? octets : undefined
}

function ipv6Octets(text: string): number[] | undefined {
  const [before = '', after, ...more] = text.split('::')
  if (more.length > 0) return undefined
  // Only the last part of the whole address can be IPv4.
  const left = groupsOctets(before, after === undefined)
  const right = groupsOctets(after ?? '', true)
  if (left === undefined || right === undefined) return undefined
  const missing = 16 - left.length - right.length
  if (after === undefined ? missing !== 0 : missing < 2) return undefined
  return [...left, ...Array.from({ length: missing }, () => 0), ...right]
}

function groupsOctets(text: string, last: boolean): number[] | undefined {
  if (text === '') return []
  const octets: number[] = []
  for (const [i, group] of text.split(':').entries()) {
    const ending = last && group.includes('.') && text.split(':').length === i + 1
    const read = ending ? ipv4Octets(group) : groupOctets(group)
    if (read === undefined) return undefined
    octets.push(...read)
  }
  return octets
}

function groupOctets(group: string): number[] | undefined {
  if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined
  const value = Number.parseInt(group, 16)
  return [value >> 8, value & 0xff]
}
