import type { Socket } from 'node:net'

/** What is said in the clear before TLS, a step at a time. */
export interface Conversation {
  /** The next line, without its end. */
  readonly line: () => Promise<string>
  readonly octets: (count: number) => Promise<Buffer>
  /** Everything up to the end of the first match, for protocols without lines. */
  readonly through: (pattern: RegExp) => Promise<string>
  readonly send: (data: string | Uint8Array) => void
  /** The address that the server sees us at, e.g. `192.0.2.7`. */
  readonly ownAddress: string
}

/** The server speaks the protocol and will not go on to TLS. The message is the server's own words. */
export class StartTlsRefused extends Error {
  override readonly name = 'StartTlsRefused'
}

/** What the server says is not the protocol. The message shows what was expected, in signs that need no translation. */
export class StartTlsNotConform extends Error {
  override readonly name = 'StartTlsNotConform'
}

/** For all that a server says before TLS: banners are short, and a stream without an end is no greeting. */
const limitOctets = 32_768

/**
 * Talks over a connected socket, then leaves it untouched for TLS. Octets that come after the server's go-ahead and
 * before TLS are refused: nobody has vouched for them.
 */
export async function inTheClear(
  socket: Socket,
  talk: (conversation: Conversation) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const inbox = inboxOf(socket, signal)
  try {
    await talk({
      line: async () => {
        const line = await inbox.through((text) => text.indexOf('\n') + 1)
        return line.toString('utf8').replace(/\r?\n$/, '')
      },
      octets: async (count) => {
        if (count > limitOctets) throw tooLong()
        return inbox.through((text) => (text.length >= count ? count : 0))
      },
      through: async (pattern) => {
        const text = await inbox.through((octets) => endOf(pattern, octets))
        return text.toString('utf8')
      },
      send: (data) => socket.write(data),
      ownAddress: socket.localAddress ?? '127.0.0.1',
    })
    if (inbox.left() > 0) throw new StartTlsNotConform('TLS')
  } finally {
    inbox.close()
  }
}

function tooLong(): StartTlsNotConform {
  return new StartTlsNotConform(`< ${limitOctets} B`)
}

interface Inbox {
  /** Waits until `end` finds where to cut (more than 0), and takes what is before. */
  through(end: (octets: Buffer) => number): Promise<Buffer>
  left(): number
  close(): void
}

function inboxOf(socket: Socket, signal: AbortSignal): Inbox {
  let received = Buffer.alloc(0)
  let total = 0
  let fault: Error | undefined
  let wake: (() => void) | undefined
  const fail = (reason: Error): void => {
    fault ??= reason
    wake?.()
  }
  const onData = (octets: Buffer): void => {
    total += octets.length
    received = Buffer.concat([received, octets])
    if (total > limitOctets) fail(tooLong())
    wake?.()
  }
  const onEnd = (): void => fail(new StartTlsNotConform('… EOF'))
  const onAbort = (): void => fail(signal.reason as Error)
  signal.addEventListener('abort', onAbort, { once: true })
  socket.on('data', onData).on('end', onEnd).on('error', fail)
  return {
    async through(end) {
      for (;;) {
        signal.throwIfAborted()
        const cut = end(received)
        if (cut > 0) {
          const taken = received.subarray(0, cut)
          received = received.subarray(cut)
          return taken
        }
        if (fault) throw fault
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    left: () => received.length,
    close() {
      signal.removeEventListener('abort', onAbort)
      socket.pause()
      socket.off('data', onData).off('end', onEnd).off('error', fail)
    },
  }
}

/** Where the first match ends, in octets; 0 where there is none yet. */
function endOf(pattern: RegExp, octets: Buffer): number {
  const match = pattern.exec(octets.toString('latin1'))
  return match ? match.index + match[0].length : 0
}
