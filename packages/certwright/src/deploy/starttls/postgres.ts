import { StartTlsNotConform, StartTlsRefused, type Conversation } from './conversation.ts'

/** SSLRequest of PostgreSQL's protocol 3, "Message Formats": a length of 8, then 1234 and 5679 in 16 bits each. */
const sslRequest = Buffer.of(0, 0, 0, 8, 1234 >> 8, 1234 & 0xff, 5679 >> 8, 5679 & 0xff)

/** Asks a PostgreSQL server for TLS. */
export async function postgres({ octets, send }: Conversation): Promise<void> {
  send(sslRequest)
  const answer = (await octets(1)).toString('latin1')
  if (answer === 'S') return
  // `E` begins the error of a server that is older than SSLRequest, or has no connection left.
  if (answer === 'N' || answer === 'E') throw new StartTlsRefused(answer)
  throw new StartTlsNotConform('S | N')
}
