import { createServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { served } from '../../src/deploy/served.ts'
import { startTlsFrom, startTlsNames, type StartTls } from '../../src/deploy/starttls.ts'
import { day, issue } from '../x509/issued.ts'
import { clearServer, type Script } from './clear-server.ts'
import { listening } from './listening.ts'

const now = Date.now()
const valid = { notBefore: now - day, notAfter: now + day }
const root = issue({ subject: 'Root', ca: true, ...valid })
const leaf = issue({ names: ['mail.example'], by: root, ...valid })
const tls = { key: leaf.key.export({ type: 'pkcs8', format: 'pem' }), cert: leaf.pem }
const servername = 'mail.example'

const ldapRequest = /^0\x1d\x02\x01\x01w\x18\x80\x161\.3\.6\.1\.4\.1\.1466\.20037/

/** An ExtendedResponse with this result code and message, its length written in three octets as some servers do. */
function ldapResponse(code: number, message: string): Buffer {
  const result = [0x0a, 1, code, 4, 0, 4, message.length, ...Buffer.from(message)]
  const body = [0x02, 1, 1, 0x78, 0x81, result.length, ...result]
  return Buffer.from([0x30, 0x82, 0, body.length, ...body])
}

/** MySQL's handshake packet with these lower capability flags. */
function mysqlGreeting(flags: number): Buffer {
  const body = Buffer.concat([
    Buffer.from('\x0a8.0.99\0', 'latin1'),
    Buffer.alloc(4 + 8 + 1),
    Buffer.of(flags & 0xff, flags >> 8),
    Buffer.alloc(18),
  ])
  return Buffer.concat([Buffer.of(body.length, 0, 0, 0), body])
}

const postgresRequest = /^\0\0\0\x08\x04\xd2\x16\x2f$/
const stream = `<?xml version='1.0'?><stream:stream from='mail.example' id='1' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>`
const tlsFeature = `<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>`

function xmppScript(from: string, proceed: string): Script {
  return async ({ send, heard }) => {
    const [opening] = await heard(/<stream:stream [^>]*>/)
    expect(opening).toContain(`xmlns='jabber:${from}'`)
    expect(opening).toContain(`to='mail.example'`)
    send(stream + tlsFeature)
    await heard(/<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'\/>/)
    send(proceed)
  }
}

/** How each protocol's server leads to TLS. */
const willing: Readonly<Record<StartTls, Script>> = {
  smtp: async ({ send, heard }) => {
    send('220-mail.example ESMTP\r\n220 of example\r\n')
    await heard(/^EHLO \[127\.0\.0\.1\]\r\n/)
    send('250-mail.example\r\n250-SIZE 1000\r\n250-StartTLS\r\n250 HELP\r\n')
    await heard(/^STARTTLS\r\n/)
    send('220 go ahead\r\n')
  },
  imap: async ({ send, heard }) => {
    send('* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n')
    const [, tag] = await heard(/^(\w+) STARTTLS\r\n/)
    send(`* CAPABILITY IMAP4rev1\r\n${tag} OK begin\r\n`)
  },
  pop3: async ({ send, heard }) => {
    send('+OK ready\r\n')
    await heard(/^STLS\r\n/)
    send('+OK begin\r\n')
  },
  ldap: async ({ send, heard }) => {
    await heard(ldapRequest)
    send(ldapResponse(0, ''))
  },
  postgres: async ({ send, heard }) => {
    await heard(postgresRequest)
    send('S')
  },
  mysql: async ({ send, heard }) => {
    send(mysqlGreeting(0xffff))
    const [request] = await heard(/^\x20\0\0\x01[^]{32}/)
    expect(Buffer.from(request, 'latin1').readUInt32LE(4) & 0x0a00).toBe(0x0a00)
  },
  ftp: async ({ send, heard }) => {
    send('120 soon\r\n220-FTP\r\n  of example\r\n220 ready\r\n')
    await heard(/^AUTH TLS\r\n/)
    send('234 go ahead\r\n')
  },
  xmpp: xmppScript('client', `<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`),
  'xmpp-server': xmppScript(
    'server',
    `<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'></proceed>`,
  ),
}

const says =
  (text: string | Uint8Array): Script =>
  async ({ send, heard }) => {
    send(text)
    await heard(/never/)
  }

const answers =
  (first: string, request: RegExp, answer: string | Uint8Array): Script =>
  async ({ send, heard }) => {
    send(first)
    await heard(request)
    send(answer)
    await heard(/never/)
  }

/** Servers that speak the protocol and do not go on, and what they are heard to say. */
const unwilling: ReadonlyArray<readonly [StartTls, string, Script]> = [
  ['smtp', '554 no', says('554 no\r\n')],
  ['smtp', 'EHLO: no STARTTLS', answers('220 x\r\n', /EHLO/, '250-x\r\n250 HELP\r\n')],
  ['smtp', '502 what?', answers('220 x\r\n', /EHLO/, '502 what?\r\n')],
  [
    'smtp',
    '454 later',
    async ({ send, heard }) => {
      send('220 x\r\n')
      await heard(/EHLO/)
      send('250 STARTTLS\r\n')
      await heard(/STARTTLS/)
      send('454 later\r\n')
      await heard(/never/)
    },
  ],
  ['imap', 'c1 NO not now', answers('* OK x\r\n', /STARTTLS/, 'c1 NO not now\r\n')],
  ['imap', '* BYE too many', says('* BYE too many\r\n')],
  ['imap', '* PREAUTH hello', says('* PREAUTH hello\r\n')],
  ['pop3', '-ERR no', answers('+OK x\r\n', /STLS/, '-ERR no\r\n')],
  ['pop3', '-ERR busy', says('-ERR busy\r\n')],
  ['ldap', 'resultCode 52 later', answers('', ldapRequest, ldapResponse(52, 'later'))],
  ['postgres', 'N', answers('', postgresRequest, 'N')],
  ['mysql', 'no CLIENT_SSL', says(mysqlGreeting(0xf7ff))],
  [
    'mysql',
    'Host is not allowed',
    says(Buffer.from('\x16\0\0\0\xff\x6a\x04Host is not allowed', 'latin1')),
  ],
  ['ftp', '534 no', answers('220 x\r\n', /AUTH TLS/, '534 no\r\n')],
  ['xmpp', '<features>: no <starttls>', says(`${stream}<stream:features></stream:features>`)],
  [
    'xmpp',
    'host-unknown',
    says(`${stream}<stream:error><host-unknown xmlns='x'/></stream:error></stream:stream>`),
  ],
  [
    'xmpp-server',
    '<failure>',
    answers(stream + tlsFeature, /<starttls/, `<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`),
  ],
]

describe('TLS that is asked for in another protocol', () => {
  it.each(startTlsNames)('is no TLS where the server does not speak %s', async (starttls) => {
    await using server = await listening(
      createServer((socket) => {
        const nonsense = starttls.startsWith('xmpp') ? '<features/>' : 'SSH-2.0-Example\r\nmore\r\n'
        socket.on('data', () => undefined).write(nonsense)
      }),
    )
    await expect(served({ ...server.endpoint, servername, starttls })).rejects.toMatchObject({
      code: 'ENDPOINT_STARTTLS_NOT_CONFORM',
      params: { protocol: starttls },
    })
  })

  it.each(unwilling)('is refused by %s with %j', async (starttls, reason, script) => {
    await using server = await listening(clearServer(script, tls))
    await expect(served({ ...server.endpoint, servername, starttls })).rejects.toMatchObject({
      code: 'ENDPOINT_STARTTLS_REFUSED',
      params: { protocol: starttls, reason },
    })
  })

  it('does not begin with what came before it in the clear (CVE-2011-0411)', async () => {
    const script = answers('+OK x\r\n', /STLS/, '+OK begin\r\n+OK and more\r\n')
    await using server = await listening(clearServer(script, tls))
    const options = { ...server.endpoint, servername, starttls: 'pop3' } as const
    await expect(served(options)).rejects.toMatchObject({
      code: 'ENDPOINT_STARTTLS_NOT_CONFORM',
      params: { reason: 'TLS' },
    })
  })

  it('is not waited for without an end: not through octets, not through silence', async () => {
    const options = { servername, starttls: 'smtp', timeoutMs: 20_000 } as const
    await using flood = await listening(
      createServer((socket) => {
        const pour = (): void => {
          while (!socket.destroyed && socket.write('220-more\r\n'));
        }
        socket.on('drain', pour)
        pour()
      }),
    )
    await expect(served({ ...flood.endpoint, ...options })).rejects.toMatchObject({
      code: 'ENDPOINT_STARTTLS_NOT_CONFORM',
      params: { reason: '< 32768 B' },
    })
    await using silent = await listening(createServer((socket) => socket.write('220-')))
    await expect(served({ ...silent.endpoint, ...options, timeoutMs: 50 })).rejects.toMatchObject({
      code: 'ENDPOINT_SILENT',
    })
  })

  it('is not there where the server hangs up, or speaks TLS from the first octet', async () => {
    const hangingUp = createServer((socket) => socket.end())
    for (const [server, code] of [
      [hangingUp, 'ENDPOINT_STARTTLS_NOT_CONFORM'],
      [createTlsServer(tls), 'ENDPOINT_SILENT'],
    ] as const) {
      await using running = await listening(server)
      const options = { ...running.endpoint, servername, timeoutMs: 300 }
      await expect(served({ ...options, starttls: 'imap' })).rejects.toMatchObject({ code })
    }
  })

  it('ends with the signal’s reason', async () => {
    const abort = new AbortController()
    const reason = new Error('enough')
    await using server = await listening(
      createServer((socket) => {
        socket.write('220-x\r\n')
        abort.abort(reason)
      }),
    )
    const options = { ...server.endpoint, servername, starttls: 'smtp' } as const
    await expect(served(options, abort.signal)).rejects.toBe(reason)
  })

  it.each(startTlsNames)(
    'shows the certificate after %s, however slowly it comes',
    async (name) => {
      for (const split of [false, true]) {
        await using server = await listening(clearServer(willing[name], tls, { split }))
        const shown = await served({
          ...server.endpoint,
          servername,
          starttls: name,
          ca: root.pem,
        })
        expect(shown).toMatchObject({ names: ['mail.example'], authorized: true })
      }
    },
  )
})

it('knows its protocols by name, and no other', () => {
  expect(startTlsFrom('xmpp-server')).toBe('xmpp-server')
  expect(startTlsFrom('toString')).toBeUndefined()
})
