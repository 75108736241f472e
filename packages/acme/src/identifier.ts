import { AcmeError } from './error.ts'
import { ipAddressOctets, ipAddressText } from './ip-address.ts'

/** What a certificate is for (RFC 8555 §9.7.7; RFC 8738). Unknown types are carried, never refused. */
export interface Identifier {
  readonly type: 'dns' | 'ip' | (string & {})
  readonly value: string
}

/** Why a text names nothing that a certificate can be for: the `reason` of `ACME_IDENTIFIER_NOT_CONFORM`. */
export type IdentifierReason =
  | 'empty'
  | 'character'
  | 'underscore'
  | 'not-convertible'
  | 'empty-label'
  | 'label-too-long'
  | 'name-too-long'
  | 'hyphen-at-edge'
  | 'wildcard'
  | 'number-at-end'

const sentences: Readonly<Record<IdentifierReason, string>> = {
  empty: 'it is empty',
  character:
    'it has a character that no domain name has; give the name alone, without scheme, port or path',
  underscore: 'it has an underscore, and CAs issue for host names only',
  'not-convertible': 'it has characters that international domain names do not allow',
  'empty-label': 'it has an empty label',
  'label-too-long': 'a label is longer than 63 characters',
  'name-too-long': 'it is longer than 253 characters',
  'hyphen-at-edge': 'a label begins or ends with a hyphen',
  wildcard: 'a wildcard is only "*." once, at the beginning',
  'number-at-end': 'it ends in a number and is no IP address in its usual form',
}

/**
 * The identifier that a text names: a domain name or an IP address. Names come out as lower-case A-labels (UTS #46)
 * without a final dot, addresses in their canonical text (RFC 5952). Anything else throws
 * `ACME_IDENTIFIER_NOT_CONFORM` with an `IdentifierReason` as its `reason`.
 */
export function identifierFrom(text: string): Identifier {
  const octets = ipAddressOctets(text)
  if (octets !== undefined) return { type: 'ip', value: ipAddressText(octets) }
  const wildcard = text.startsWith('*.')
  const name = asciiName(text, wildcard ? text.slice(2) : text)
  const value = wildcard ? `*.${name}` : name
  const reason = reasonAgainst(name) ?? (value.length > 253 ? 'name-too-long' : undefined)
  if (reason !== undefined) throw notConform(text, reason)
  return { type: 'dns', value }
}

/** Whether both name the same set: order, repetition, case and the spelling of addresses aside (RFC 8555 §7.1.3). */
export function sameIdentifiers(a: readonly Identifier[], b: readonly Identifier[]): boolean {
  return identifierSet(a) === identifierSet(b)
}

/** One text for one set of identifiers: `type:value`, each once, sorted, joined by commas. */
export function identifierSet(identifiers: readonly Identifier[]): string {
  const named = identifiers.map(({ type, value }) => `${type}:${canonical(type, value)}`)
  return [...new Set(named)].sort().join(',')
}

function canonical(type: string, value: string): string {
  if (type === 'dns') return value.toLowerCase()
  const octets = type === 'ip' ? ipAddressOctets(value) : undefined
  return octets === undefined ? value : ipAddressText(octets)
}

/** Lower case, A-labels, no final dot. `text` is what the error quotes. */
function asciiName(text: string, name: string): string {
  if (name.includes('*')) throw notConform(text, 'wildcard')
  // Before the URL parser sees it, which would take these for a port, a path, a user or an escape.
  if (/[^A-Za-z0-9._\-\u0080-\u{10ffff}]/u.test(name)) throw notConform(text, 'character')
  const ascii = /^[\u0021-\u007e]*$/.test(name) ? name.toLowerCase() : aLabels(name)
  if (ascii === undefined) throw notConform(text, 'not-convertible')
  return ascii.endsWith('.') ? ascii.slice(0, -1) : ascii
}

/** The URL parser is the one UTS #46 that every runtime has. It gives hosts back as A-labels. */
function aLabels(name: string): string | undefined {
  return URL.canParse(`http://${name}/`) ? new URL(`http://${name}/`).hostname : undefined
}

function reasonAgainst(name: string): IdentifierReason | undefined {
  if (name === '') return 'empty'
  const labels = name.split('.')
  if (name.includes('_')) return 'underscore'
  if (/[^a-z0-9.-]/.test(name)) return 'character'
  if (labels.includes('')) return 'empty-label'
  if (labels.some((label) => label.length > 63)) return 'label-too-long'
  if (labels.some((label) => label.startsWith('-') || label.endsWith('-'))) return 'hyphen-at-edge'
  // What ends so is an IPv4 address to browsers, in one of its odd spellings or broken.
  if (/^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '')) return 'number-at-end'
  return undefined
}

function notConform(text: string, reason: IdentifierReason): AcmeError {
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text
  return new AcmeError(
    'ACME_IDENTIFIER_NOT_CONFORM',
    `"${shown}" is neither a domain name nor an IP address: ${sentences[reason]}`,
    { reason },
  )
}
