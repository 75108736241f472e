import { StartTlsNotConform, StartTlsRefused, type Conversation } from './conversation.ts'

/** STLS of POP3 (RFC 2595 §4). */
export async function pop3({ line, send }: Conversation): Promise<void> {
  const greeting = await line()
  if (!/^(\+OK|-ERR)\b/.test(greeting)) throw new StartTlsNotConform('+OK')
  if (greeting.startsWith('-')) throw new StartTlsRefused(greeting)
  send('STLS\r\n')
  const answer = await line()
  if (!/^\+OK\b/.test(answer)) throw new StartTlsRefused(answer)
}
