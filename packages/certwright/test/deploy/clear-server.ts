import { createServer, type Server, type Socket } from 'node:net'
import { TLSSocket, type TlsOptions } from 'node:tls'

/** One side of a conversation in the clear, as a test's server has it. */
export interface ClearSide {
  readonly send: (data: string | Uint8Array) => void
  /** Waits until what has come matches, and forgets it. */
  readonly heard: (pattern: RegExp) => Promise<RegExpExecArray>
}

export type Script = (side: ClearSide) => Promise<void>

/**
 * A server that speaks a protocol by the script and then TLS. What is sent goes out one octet at a time where `split`
 * is set, as a slow network would bring it.
 */
export function clearServer(
  script: Script,
  tls: TlsOptions,
  { split = false }: { readonly split?: boolean } = {},
): Server {
  const serve = async (socket: Socket): Promise<void> => {
    if (!(await converse(socket, script, split))) return
    new TLSSocket(socket, { ...tls, isServer: true }).on('error', () => undefined)
  }
  return createServer((socket) => {
    socket.setNoDelay(true)
    void serve(socket)
  })
}

async function converse(socket: Socket, script: Script, split: boolean): Promise<boolean> {
  let text = ''
  let wake: () => void = () => undefined
  const onData = (octets: Buffer): void => {
    text += octets.toString('latin1')
    wake()
  }
  socket.on('data', onData).on('close', () => wake())
  let sent: Promise<unknown> = Promise.resolve()
  const heard: ClearSide['heard'] = async (pattern) => {
    for (;;) {
      const match = pattern.exec(text)
      if (match) {
        text = text.slice(match.index + match[0].length)
        return match
      }
      if (socket.destroyed) throw new Error('the client has gone')
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  const send: ClearSide['send'] = (data) => {
    const octets = Buffer.from(data)
    const pieces = split ? [...octets].map((octet) => Buffer.of(octet)) : [octets]
    for (const piece of pieces) {
      sent = sent.then(
        async () =>
          new Promise((resolve) => (socket.destroyed ? resolve(0) : socket.write(piece, resolve))),
      )
    }
  }
  try {
    await script({ send, heard })
    await sent
    socket.pause().off('data', onData)
    // A client that awaits no go-ahead has begun with TLS already.
    if (text !== '') socket.unshift(Buffer.from(text, 'latin1'))
    return !socket.destroyed
  } catch {
    return false
  }
}
