import { StartTlsRefused, type Conversation } from './conversation.ts'
import { codedReply, replyText } from './reply.ts'

/** AUTH TLS of FTP (RFC 4217 §4). */
export async function ftp(conversation: Conversation): Promise<void> {
  let greeting = await codedReply(conversation)
  // RFC 959 §5.4: "120" promises a "220" within minutes; the deadline of the handshake bounds it.
  if (greeting.code === 120) greeting = await codedReply(conversation)
  if (greeting.code !== 220) throw new StartTlsRefused(replyText(greeting))
  conversation.send('AUTH TLS\r\n')
  const ready = await codedReply(conversation)
  if (ready.code !== 234) throw new StartTlsRefused(replyText(ready))
}
