import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type Socket } from 'node:net'

/** A connection to the origin of a URL through an HTTP proxy, which sees its host and port (RFC 9110 §9.3.6). */
export function tunnel(
  proxy: string,
  { hostname, port }: URL,
  signal: AbortSignal,
): Promise<Socket> {
  const { protocol, host, username, password, ...at } = partsOf(proxy)
  const authority = `${hostname}:${port || '443'}`
  const request = protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const asked = request({
      ...at,
      method: 'CONNECT',
      path: authority,
      // Else the Host below would be taken for the proxy's own name.
      servername: isIP(at.hostname) === 0 ? at.hostname : '',
      agent: false,
      signal,
      headers: {
        host: authority,
        ...((username || password) && {
          'proxy-authorization': `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        }),
      },
    })
    asked.on('connect', ({ statusCode, statusMessage = '' }, socket: Socket, head: Buffer) => {
      if (statusCode === 200) {
        if (head.length > 0) socket.unshift(head)
        resolve(socket)
        return
      }
      socket.destroy()
      reject(new Error(`the proxy ${host} refuses the way: ${statusCode} ${statusMessage}`.trim()))
    })
    asked.on('error', (cause) => reject(signal.aborted ? cause : viaProxy(host, cause)))
    asked.end()
  })
}

/** Its user and password stand in no message. */
function partsOf(proxy: string) {
  if (!/^https?:/i.test(proxy) || !URL.canParse(proxy)) {
    throw new TypeError('the proxy is not named by an http: or https: URL')
  }
  const { protocol, host, hostname, port, username, password } = new URL(proxy)
  return {
    protocol,
    host,
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: port || (protocol === 'https:' ? 443 : 80),
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
  }
}

/** Without a cause, which would be told in its place. */
function viaProxy(host: string, { message, code }: Error & { readonly code?: string }): Error {
  return Object.assign(new Error(`the proxy ${host} cannot be reached: ${message}`), { code })
}
