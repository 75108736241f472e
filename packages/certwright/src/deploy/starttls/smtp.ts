import { isIPv6 } from 'node:net'
import { StartTlsRefused, type Conversation } from './conversation.ts'
import { codedReply, replyText } from './reply.ts'

/** STARTTLS of SMTP and submission (RFC 3207). */
export async function smtp(conversation: Conversation): Promise<void> {
  const { send, ownAddress } = conversation
  const greeting = await codedReply(conversation)
  if (greeting.code !== 220) throw new StartTlsRefused(replyText(greeting))
  // RFC 5321 §4.1.4: "a client that has no meaningful name SHOULD send an address literal".
  send(`EHLO [${isIPv6(ownAddress) ? 'IPv6:' : ''}${ownAddress}]\r\n`)
  const hello = await codedReply(conversation)
  if (hello.code !== 250) throw new StartTlsRefused(replyText(hello))
  if (!hello.lines.some((line) => /^STARTTLS$/i.test(line.trim()))) {
    throw new StartTlsRefused('EHLO: no STARTTLS')
  }
  send('STARTTLS\r\n')
  const ready = await codedReply(conversation)
  if (ready.code !== 220) throw new StartTlsRefused(replyText(ready))
}
