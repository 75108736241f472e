type Fetch = typeof globalThis.fetch
type Env = Readonly<Record<string, string | undefined>>

/** For reaching the proxy, and for the handshake behind it. */
const connectMs = 10_000

/** Whether the environment names any proxy. */
function namesProxy(env: Env): boolean {
  return ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'].some((name) => env[name])
}

/**
 * `fetch` that goes by the proxy that the environment names for a URL (`proxyRule`). `https:` is tunnelled (CONNECT), so
 * that the proxy sees the host and nothing else. Where Node itself goes by the proxy (`NODE_USE_ENV_PROXY`), it is left
 * to that.
 */
export function proxiedFetch(env: Env, direct: Fetch): Fetch {
  if (!namesProxy(env) || env['NODE_USE_ENV_PROXY'] === '1') return direct
  const opened = new Map<string, Promise<Fetch>>()
  return async (input, init) => {
    const { proxyRule } = await import('./proxy-rule.ts')
    const proxy = proxyRule(env)(new URL(input instanceof Request ? input.url : input))
    if (proxy === undefined) return direct(input, init)
    const way = opened.get(proxy) ?? open(proxy)
    opened.set(proxy, way)
    return (await way)(input, init)
  }
}

/** Node's own `fetch` takes no agent of another undici: both come from one. */
async function open(uri: string): Promise<Fetch> {
  const { ProxyAgent, fetch } = await import('undici')
  const timeout = { timeout: connectMs }
  const agents = { connect: timeout, proxyTls: timeout, requestTls: timeout }
  const dispatcher = new ProxyAgent({ uri, ...agents })
  return (async (input: string | URL, init: object | undefined) =>
    fetch(input, { ...init, dispatcher })) as unknown as Fetch
}
