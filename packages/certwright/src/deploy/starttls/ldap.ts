import { StartTlsNotConform, StartTlsRefused, type Conversation } from './conversation.ts'

const startTlsOid = '1.3.6.1.4.1.1466.20037'

/** ExtendedRequest of RFC 4511 §4.14.1: message 1, `[APPLICATION 23]`, `requestName [0]`. */
const request = Buffer.concat([
  Buffer.of(0x30, 7 + startTlsOid.length, 0x02, 1, 1, 0x77, 2 + startTlsOid.length),
  Buffer.of(0x80, startTlsOid.length),
  Buffer.from(startTlsOid),
])

const tags = { sequence: 0x30, integer: 0x02, enumerated: 0x0a, extendedResponse: 0x78 } as const

/** StartTLS of LDAP (RFC 4511 §4.14). */
export async function ldap({ octets, send }: Conversation): Promise<void> {
  send(request)
  const [tag, first = 0] = await octets(2)
  // BER: a length of more than 127 is as many octets as its first one says.
  const more = first & 0x80 ? await octets(first & 0x7f || 5) : Buffer.of(first)
  if (tag !== tags.sequence || more.length > 4) throw new StartTlsNotConform('LDAPMessage')
  const { code, diagnostic } = responseIn(await octets(more.readUIntBE(0, more.length)))
  if (code !== 0) throw new StartTlsRefused(`resultCode ${code} ${diagnostic}`.trim())
}

interface LdapResult {
  readonly code: number
  readonly diagnostic: string
}

/** LDAPMessage without its head: messageID, then the ExtendedResponse with resultCode, matchedDN, diagnosticMessage. */
function responseIn(message: Buffer): LdapResult {
  const [id, response] = elementsIn(message)
  const [code, , diagnostic] = elementsIn(response?.contents ?? Buffer.alloc(0))
  if (
    id?.tag !== tags.integer ||
    response?.tag !== tags.extendedResponse ||
    code?.tag !== tags.enumerated ||
    code.contents.length !== 1
  ) {
    throw new StartTlsNotConform('ExtendedResponse')
  }
  return {
    code: code.contents.readUInt8(),
    diagnostic: diagnostic?.contents.toString('utf8') ?? '',
  }
}

interface BerElement {
  readonly tag: number
  readonly contents: Buffer
}

/** The elements that these octets are; what is cut off is left out. */
function elementsIn(octets: Buffer): readonly BerElement[] {
  const elements: BerElement[] = []
  for (let at = 0; at + 2 <= octets.length;) {
    const [tag = 0, first = 0] = octets.subarray(at, at + 2)
    const width = first & 0x80 ? first & 0x7f : 0
    if (width > 4 || at + 2 + width > octets.length) break
    const length = width === 0 ? first : octets.readUIntBE(at + 2, width)
    const start = at + 2 + width
    elements.push({ tag, contents: octets.subarray(start, start + length) })
    at = start + length
  }
  return elements
}
