import type { CaContext } from './context.ts'
import { AcmeProblem, malformed } from './problem.ts'
import { mailDomainComplaint } from './public-names.ts'
import type { PublicSuffixes } from './public-suffixes.ts'

/** RFC 8555 §7.3; `undefined` where the request says nothing of contacts. */
export function readContact(
  { knobs }: CaContext,
  value: unknown,
  suffixes: PublicSuffixes | undefined,
): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) {
    throw malformed('contact is not an array of strings')
  }
  const { maxContacts, rules } = knobs
  if (value.length > maxContacts) throw malformed(`contact has more than ${maxContacts} entries`)
  for (const url of value) checkContact(url, rules.contactPolicy ? suffixes : undefined)
  return value
}

function checkContact(url: string, suffixes: PublicSuffixes | undefined): void {
  const invalid = (why: string): AcmeProblem =>
    new AcmeProblem('invalidContact', `a contact ${why}`)
  if (url === '') throw invalid('is empty')
  if (url.length > 320) throw invalid('is longer than 320 characters')
  if (!/^[\x21-\x7e]+$/.test(url)) throw invalid('has characters other than printable ASCII')
  const [, scheme = '', address = ''] = /^([a-z][a-z0-9+.-]*):(.*)$/i.exec(url) ?? []
  if (scheme.toLowerCase() !== 'mailto') {
    throw new AcmeProblem(
      'unsupportedContact',
      'a contact is not a mailto: URL, the only kind taken',
    )
  }
  // §7.3: no "hfields" and no "more than one 'addr-spec' in the 'to' component"
  if (/[?,]/.test(address)) throw invalid('has header fields or more than one address')
  const label = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?'
  const mailbox = new RegExp(`^[^@"(),:;<>[\\]\\\\]+@${label}(?:\\.${label})+$`, 'i')
  if (!mailbox.test(address)) throw invalid('is not an e-mail address')
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
  const complaint = suffixes && mailDomainComplaint(domain, suffixes)
  if (complaint !== undefined) throw invalid(complaint)
}
