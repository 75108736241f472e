import { isIP } from 'node:net'
import { identifierKey, withoutWildcard, type Identifier } from './identifiers.ts'
import { isSpecial } from './ip-address.ts'
import { AcmeProblem, malformed } from './problem.ts'
import type { PublicSuffixes } from './public-suffixes.ts'

const mostLabels = 10

/** Refuses a DNS name for which no public CA could issue. */
export function checkPublicName(identifier: Identifier, suffixes: PublicSuffixes): void {
  const { base, wildcard } = withoutWildcard(identifier)
  const labels = base.value.split('.')
  if (labels.length > mostLabels) throw malformed(`the name has more than ${mostLabels} labels`)
  if (labels.length < 2) throw malformed('the name has fewer than two labels')
  for (const label of labels) checkReserved(label)
  const suffix = suffixes.icannSuffix(base.value)
  if (suffix === undefined) throw malformed('the name does not end in a public suffix')
  if (suffix === base.value) {
    throw malformed(`the name is ${wildcard ? 'a wildcard for ' : ''}a public suffix`)
  }
}

/** RFC 5890 §2.3.1: of the labels with `--` in the third and fourth place, only `xn--` means something. */
function checkReserved(label: string): void {
  if (label.slice(2, 4) !== '--') return
  // Whether Punycode is valid, and in NFC, was looked at before.
  if (label.startsWith('xn--')) return
  throw new AcmeProblem('rejectedIdentifier', 'the name has a reserved label that is not xn--')
}

/** Refuses an address as it was written, or for what it is for. */
export function checkPublicAddress({ value }: Identifier, written: string): void {
  if (written !== value) throw malformed(`the address is not written as ${value}`)
  if (isSpecial(value)) throw malformed('the address is reserved')
}

/** Refuses a name that a wildcard of the same order covers. */
export function refuseRedundant(identifiers: readonly Identifier[]): void {
  const all = new Set(identifiers.map(identifierKey))
  const covered = identifiers.find(({ type, value }) => {
    if (type !== 'dns' || value.startsWith('*.')) return false
    return all.has(`dns:*.${value.slice(value.indexOf('.') + 1)}`)
  })
  if (covered !== undefined) {
    throw malformed(`${covered.value} is covered by a wildcard of the order`)
  }
}

/** RFC 2606 §3: mail to them arrives nowhere, and they come from copied examples. */
const exampleDomains = new Set(['example.com', 'example.net', 'example.org'])

/** Why no mail can arrive at the domain; `undefined` where some can. */
export function mailDomainComplaint(domain: string, suffixes: PublicSuffixes): string | undefined {
  if (exampleDomains.has(domain)) return `has the domain ${domain}, which is for examples`
  if (isIP(domain) !== 0) return 'has an address as its domain'
  try {
    checkPublicName({ type: 'dns', value: domain }, suffixes)
    return undefined
  } catch (error) {
    if (!(error instanceof AcmeProblem)) throw error
    return `has a domain where ${error.message}`
  }
}
