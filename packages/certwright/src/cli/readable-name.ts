import { domainToUnicode } from 'node:url'

/** A name as people write it: U-labels instead of `xn--`. */
export function readableName(value: string): string {
  if (!value.includes('xn--')) return value
  const wildcard = value.startsWith('*.') ? '*.' : ''
  const unicode = domainToUnicode(value.slice(wildcard.length))
  return unicode === '' ? value : wildcard + unicode
}
