import type { Conversation } from './starttls/conversation.ts'
import { ftp } from './starttls/ftp.ts'
import { imap } from './starttls/imap.ts'
import { ldap } from './starttls/ldap.ts'
import { mysql } from './starttls/mysql.ts'
import { pop3 } from './starttls/pop3.ts'
import { postgres } from './starttls/postgres.ts'
import { smtp } from './starttls/smtp.ts'
import { xmpp } from './starttls/xmpp.ts'

interface StartTlsProtocol {
  /** Where its servers listen in the clear by convention. */
  readonly port: number
  /** Talks until the server awaits TLS. Throws `StartTlsRefused` or `StartTlsNotConform`. */
  readonly talk: (conversation: Conversation, servername: string) => Promise<void>
}

/** Protocols that begin in the clear and are asked for TLS, by the name that people give. */
export const startTlsProtocols = {
  smtp: { port: 25, talk: smtp },
  imap: { port: 143, talk: imap },
  pop3: { port: 110, talk: pop3 },
  ldap: { port: 389, talk: ldap },
  postgres: { port: 5432, talk: postgres },
  mysql: { port: 3306, talk: mysql },
  ftp: { port: 21, talk: ftp },
  xmpp: { port: 5222, talk: async (conversation, name) => xmpp(conversation, name, 'client') },
  'xmpp-server': {
    port: 5269,
    talk: async (conversation, name) => xmpp(conversation, name, 'server'),
  },
} as const satisfies Record<string, StartTlsProtocol>

export type StartTls = keyof typeof startTlsProtocols

/** The protocols' names. */
export const startTlsNames = Object.keys(startTlsProtocols) as [StartTls, ...StartTls[]]

/** The protocol of that name; `undefined` where it is none. */
export function startTlsFrom(name: string): StartTls | undefined {
  return startTlsNames.find((known) => known === name)
}
