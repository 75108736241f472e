import { StartTlsNotConform, StartTlsRefused, type Conversation } from './conversation.ts'

/** STARTTLS of IMAP (RFC 9051 §6.2.1). */
export async function imap({ line, send }: Conversation): Promise<void> {
  const greeting = await line()
  if (!/^\* (OK|PREAUTH|BYE)\b/i.test(greeting)) throw new StartTlsNotConform('* OK')
  // A connection that is authenticated already is past STARTTLS, "only valid in the not authenticated state".
  if (!/^\* OK\b/i.test(greeting)) throw new StartTlsRefused(greeting)
  send('c1 STARTTLS\r\n')
  for (;;) {
    const answer = await line()
    if (/^c1 OK\b/i.test(answer)) return
    if (!answer.startsWith('* ') || /^\* BYE\b/i.test(answer)) throw new StartTlsRefused(answer)
  }
}
