import { StartTlsNotConform, type Conversation } from './conversation.ts'

/** A reply of SMTP (RFC 5321 §4.2) or FTP (RFC 959 §4.2): three digits and lines of text. */
export interface CodedReply {
  readonly code: number
  /** Without the code. */
  readonly lines: readonly string[]
}

/** Reads one reply, whose last line has a space, or nothing, after its code. */
export async function codedReply({ line }: Pick<Conversation, 'line'>): Promise<CodedReply> {
  const lines: string[] = []
  for (;;) {
    const text = await line()
    const [, code, mark, words = ''] = /^(\d{3})(?:([ -])(.*))?$/.exec(text) ?? []
    // FTP leaves the code out of the lines between the first and the last.
    if (code === undefined && lines.length === 0) throw new StartTlsNotConform('220')
    lines.push(code === undefined ? text : words)
    if (code !== undefined && mark !== '-') return { code: Number(code), lines }
  }
}

/** For an error: the code and the last line. */
export function replyText({ code, lines }: CodedReply): string {
  return `${code} ${lines.at(-1) ?? ''}`.trim()
}
