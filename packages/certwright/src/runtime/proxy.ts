import type { EnvHttpProxyAgent } from 'undici'

type Fetch = typeof globalThis.fetch
type Env = Readonly<Record<string, string | undefined>>

/** For reaching the proxy, and for the handshake behind it. */
const connectMs = 10_000

/**
 * `fetch` that goes by the proxy that the environment names for a URL: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, in
 * either case. `https:` is tunnelled (CONNECT), so that the proxy sees the host and nothing else. What is on this
 * machine is never proxied. Where Node itself goes by the proxy (`NODE_USE_ENV_PROXY`), it is left to that.
 */
export function proxiedFetch(env: Env, direct: Fetch): Fetch {
  const proxies = proxiesIn(env)
  if (proxies === undefined) return direct
  let opened: Promise<Fetch> | undefined
  return async (input, init) => {
    if (isLoopback(new URL(input instanceof Request ? input.url : input))) {
      return direct(input, init)
    }
    opened ??= open(proxies)
    return (await opened)(input, init)
  }
}

type Proxies = Pick<EnvHttpProxyAgent.Options, 'httpProxy' | 'httpsProxy' | 'noProxy'>

function proxiesIn(env: Env): Proxies | undefined {
  if (env['NODE_USE_ENV_PROXY'] === '1') return undefined
  const read = (name: string): string | undefined => env[name.toLowerCase()] || env[name]
  const [httpProxy, httpsProxy, noProxy] = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].map(read)
  if (!httpProxy && !httpsProxy) return undefined
  // Its own reading of this process's environment is never asked for.
  return { httpProxy: httpProxy ?? '', httpsProxy: httpsProxy ?? '', noProxy: noProxy ?? '' }
}

/** Node's own `fetch` takes no agent of another undici: both come from one. */
async function open(proxies: Proxies): Promise<Fetch> {
  const { EnvHttpProxyAgent: Agent, fetch } = await import('undici')
  const timeout = { timeout: connectMs }
  const agents = { connect: timeout, proxyTls: timeout, requestTls: timeout }
  const dispatcher = new Agent({ ...proxies, ...agents })
  return (async (input: string | URL, init: object | undefined) =>
    fetch(input, { ...init, dispatcher })) as unknown as Fetch
}

function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
