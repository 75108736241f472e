import { StartTlsNotConform, StartTlsRefused, type Conversation } from './conversation.ts'

const tlsNamespace = 'urn:ietf:params:xml:ns:xmpp-tls'

/**
 * STARTTLS of XMPP (RFC 6120 §5), from a client or from another server. The domain is the one that the certificate is
 * for, which need not be the host's name.
 */
export async function xmpp(
  { through, send }: Conversation,
  domain: string,
  from: 'client' | 'server',
): Promise<void> {
  send(
    `<?xml version='1.0'?><stream:stream xmlns='jabber:${from}' ` +
      `xmlns:stream='http://etherx.jabber.org/streams' to='${attribute(domain)}' version='1.0'>`,
  )
  const features = await through(/<\/(?:\w+:)?(?:features|error)\s*>|<(?:\w+:)?features\s*\/>/)
  if (!features.includes('<stream:stream')) throw new StartTlsNotConform('<stream:stream>')
  if (!features.includes(tlsNamespace)) throw new StartTlsRefused(refusalIn(features))
  send(`<starttls xmlns='${tlsNamespace}'/>`)
  const answer = await through(/<(?:proceed|failure)\b[^>]*(?:\/>|>\s*<\/(?:proceed|failure)\s*>)/)
  if (!answer.includes('<proceed')) throw new StartTlsRefused('<failure>')
}

/** The name of a stream error (RFC 6120 §4.9), else that the feature is missing. */
function refusalIn(features: string): string {
  const [, condition] = /<(?:\w+:)?error[^>]*>\s*<([\w-]+)/.exec(features) ?? []
  return condition ?? '<features>: no <starttls>'
}

function attribute(text: string): string {
  return text.replace(/[&<'"]/g, (character) => `&#${character.codePointAt(0)};`)
}
