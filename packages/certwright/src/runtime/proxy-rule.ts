import { BlockList, isIP } from 'node:net'

/** The URL of the proxy that leads to a URL; `undefined` where it is reached directly. */
export type ProxyRule = (url: URL) => string | undefined

/**
 * What the environment says of proxies: `HTTPS_PROXY`, `HTTP_PROXY`, and `NO_PROXY` for hosts with all below them,
 * `.names` below alone, addresses, networks (`10.0.0.0/8`), or `*`; a name may have a port. In either case; the lower
 * one counts. What is on this machine is never proxied.
 */
export function proxyRule(env: Readonly<Record<string, string | undefined>>): ProxyRule {
  const read = (name: string): string | undefined => env[name.toLowerCase()] || env[name]
  const [forHttp, forHttps] = [read('HTTP_PROXY'), read('HTTPS_PROXY')]
  const exempt = (read('NO_PROXY') ?? '').split(/[\s,]+/).flatMap((entry) => exemption(entry) ?? [])
  return ({ protocol, hostname, port }) => {
    const host = bare(hostname)
    if (/^(localhost|.*\.localhost|127(\.\d+){3}|::1)$/.test(host)) return undefined
    const isHttps = protocol === 'https:'
    const proxy = isHttps ? forHttps : forHttp
    if (!proxy || exempt.some((matches) => matches(host, port || (isHttps ? '443' : '80')))) {
      return undefined
    }
    return /^\w+:\/\//.test(proxy) ? proxy : `http://${proxy}`
  }
}

type Exemption = (host: string, port: string) => boolean

/** One entry of `NO_PROXY`; what is none is left out. */
function exemption(entry: string): Exemption | undefined {
  if (entry === '') return undefined
  if (entry === '*') return () => true
  const [address = '', bits] = entry.split('/')
  if (isIP(address) !== 0 && bits !== undefined) return inNetwork(address, Number(bits))
  const [, name = entry, only] = (isIP(entry) === 0 && /^(.+):(\d+)$/.exec(entry)) || []
  const wanted = bare(name.toLowerCase().replace(/^\*\./, '.'))
  const below = wanted.startsWith('.') ? wanted : `.${wanted}`
  return (host, port) =>
    (only === undefined || only === port) && (host === wanted || host.endsWith(below))
}

function inNetwork(address: string, bits: number): Exemption | undefined {
  if (!(bits >= 0 && bits <= (isIP(address) === 4 ? 32 : 128))) return undefined
  const network = new BlockList()
  network.addSubnet(address, bits, family(address))
  return (host) => isIP(host) !== 0 && network.check(host, family(host))
}

const family = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 4 ? 'ipv4' : 'ipv6')

/** Without the brackets of an IPv6 address. */
const bare = (host: string): string => host.replace(/^\[|\]$/g, '')
