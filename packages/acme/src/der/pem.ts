import { base64Decode, base64Encode } from '../base64.ts'
import { AcmeError } from '../error.ts'

/** One block of PEM text (RFC 7468 §2). */
export interface PemBlock {
  /** What stands after BEGIN, e.g. `CERTIFICATE`. */
  readonly label: string
  readonly der: Uint8Array<ArrayBuffer>
  /** Encapsulated headers of older formats, e.g. `Proc-Type` (RFC 1421 §4.6); then `der` is most likely encrypted. */
  readonly headers: Readonly<Record<string, string>>
}

const boundary = /^-----(BEGIN|END) ([A-Z0-9](?:[A-Z0-9 ]{0,62}[A-Z0-9])?)-----$/

/** One block in PEM: lines of 64 characters, LF, one final newline. `headers` stand before the body. */
export function pemEncode(
  label: string,
  der: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): string {
  const names = Object.keys(headers)
  const lines = names.map((name) => `${name}: ${headers[name]}`)
  if (names.length > 0) lines.push('')
  const body = base64Encode(der)
  for (let i = 0; i < body.length; i += 64) lines.push(body.slice(i, i + 64))
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

/**
 * Every block in the text, in order; none for text without any. Text between blocks, CRLF, blank lines, indentation and
 * a byte order mark are tolerated; a broken block is `ACME_PEM_NOT_CONFORM`. Time is linear in the text.
 */
export function pemDecode(text: string): PemBlock[] {
  const blocks: PemBlock[] = []
  let open: { readonly label: string; readonly body: string[] } | undefined
  for (const untrimmed of text.split(/\r\n|\r|\n/)) {
    const line = untrimmed.trim()
    const [, edge, label = ''] = boundary.exec(line) ?? []
    if (edge === undefined && /-----(?:BEGIN|END)/.test(line)) {
      throw pemNotConform('a BEGIN or END line is broken')
    }
    if (edge === undefined) {
      open?.body.push(line)
    } else if (edge === 'BEGIN' && open === undefined) {
      open = { label, body: [] }
    } else if (edge === 'END' && open?.label === label) {
      blocks.push(blockFrom(label, open.body))
      open = undefined
    } else {
      throw pemNotConform(`${edge} ${label} stands where it should not`)
    }
  }
  if (open !== undefined) throw pemNotConform(`END ${open.label} is missing`)
  return blocks
}

function blockFrom(label: string, lines: readonly string[]): PemBlock {
  const headers: Record<string, string> = {}
  const body = lines.filter((line) => {
    const [, name, value] = /^([A-Za-z][A-Za-z0-9-]*):\s*(.*)$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) headers[name] = value
    return name === undefined
  })
  return { label, headers, der: base64Octets(body.join('')) }
}

function base64Octets(text: string): Uint8Array<ArrayBuffer> {
  const body = text.replaceAll(/[ \t]/g, '')
  if (body.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(body)) {
    throw pemNotConform('a body is not base64')
  }
  return base64Decode(body)
}

function pemNotConform(problem: string): AcmeError {
  return new AcmeError('ACME_PEM_NOT_CONFORM', `the text is not PEM as it should be: ${problem}`)
}
