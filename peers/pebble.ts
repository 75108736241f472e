import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { freePort, peer, run, start, temporaryFolder } from './process.ts'

export interface PebbleOptions {
  /** Percent of good nonces refused; 0 where absent. */
  readonly nonceReject?: number
  /** Percent of authorizations reused; 0 where absent. */
  readonly authorizationReuse?: number
  /** Seconds that it asks to wait for orders and authorizations; by default 1, and 0 says nothing. */
  readonly retryAfter?: number
  /** MAC keys of external accounts in base64url, by key identifier; a binding is required where there are any. */
  readonly externalAccounts?: Readonly<Record<string, string>>
  /** How long certificates of each profile are valid, in seconds; one of 90 days where absent. */
  readonly profiles?: Readonly<Record<string, number>>
  /** Roots beside the first, each with a chain of its own; 0 where absent. */
  readonly alternateRoots?: number
  /** Certificates between leaf and root; 1 where absent. */
  readonly chainLength?: number
  /** `ADDRESS:PORT` of the DNS server that validation asks instead of pebble-challtestsrv. */
  readonly resolver?: string
  readonly env?: Record<string, string>
}

export interface Pebble {
  readonly directoryUrl: string
  /** The root that its HTTPS is trusted by. */
  readonly caFile: string
  readonly httpPort: number
  readonly tlsPort: number
  /** pebble-challtestsrv's control API, and its DNS as `127.0.0.1:PORT`. */
  readonly controlUrl: string
  readonly dns: string
  /** Ends it, and the DNS beside it. */
  readonly stop: () => Promise<void>
  /** How many requests its log shows so far. */
  readonly requests: () => number
  /** How many POSTs to a path, e.g. `/order-plz`. */
  readonly posts: (path: string) => number
  /** The issuing root, from the management API, as PEM. */
  readonly issuingRoot: () => Promise<string>
  /** The root of one of its chains, as PEM. */
  readonly root: (number: number) => Promise<string>
  /** Lets renewal information of a certificate, as PEM, be this text. */
  readonly setRenewalInfo: (certificate: string, text: string) => Promise<void>
}

/** What Pebble is told by its command line, environment and configuration, by their own names. */
export function pebbleKnobs({
  nonceReject = 0,
  authorizationReuse = 0,
  alternateRoots = 0,
  chainLength = 1,
  externalAccounts,
  profiles = usualProfiles,
}: PebbleOptions = {}): Readonly<Record<string, string | number | boolean>> {
  return {
    strict: true,
    PEBBLE_WFE_NONCEREJECT: nonceReject,
    PEBBLE_AUTHZREUSE: authorizationReuse,
    PEBBLE_ALTERNATE_ROOTS: alternateRoots,
    PEBBLE_CHAIN_LENGTH: chainLength,
    externalAccountBindingRequired: externalAccounts !== undefined,
    profiles: Object.keys(profiles).join(', '),
  }
}

const usualProfiles = { default: 7_776_000 }

/** A self-signed root and a server certificate under it for `localhost` and `127.0.0.1`, by OpenSSL. */
export async function serverCertificate(
  folder: string,
): Promise<{ caFile: string; keyFile: string; certFile: string }> {
  const file = (name: string): string => join(folder, name)
  writeFileSync(
    file('server.cnf'),
    'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n',
  )
  const openssl = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await run(peer('openssl'), args)
    if (code !== 0) throw new Error(stderr)
  }
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  await openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.pem'),
    '-days',
    '2',
    '-subj',
    '/CN=Peer test root',
  )
  await openssl(
    'req',
    ...key,
    '-keyout',
    file('server.key'),
    '-out',
    file('server.csr'),
    '-subj',
    '/CN=localhost',
  )
  await openssl(
    'x509',
    '-req',
    '-in',
    file('server.csr'),
    '-CA',
    file('ca.pem'),
    '-CAkey',
    file('ca.key'),
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    file('server.cnf'),
    '-out',
    file('server.pem'),
  )
  return { caFile: file('ca.pem'), keyFile: file('server.key'), certFile: file('server.pem') }
}

/** Pebble in strict mode with pebble-challtestsrv as its DNS, in which every name is at 127.0.0.1, unless another is named. */
export async function startPebble(options: PebbleOptions = {}): Promise<Pebble> {
  const { retryAfter = 1, externalAccounts, profiles = usualProfiles, resolver, env = {} } = options
  const environment = Object.entries(pebbleKnobs(options)).filter(([name]) =>
    name.startsWith('PEBBLE_'),
  )
  const folder = temporaryFolder()
  const { caFile, keyFile, certFile } = await serverCertificate(folder)
  const [listen, management, httpPort, tlsPort, control, dns, spare] = (await Promise.all(
    Array.from({ length: 7 }, freePort),
  )) as [number, number, number, number, number, number, number]
  writeFileSync(
    join(folder, 'pebble.json'),
    JSON.stringify({
      pebble: {
        listenAddress: `127.0.0.1:${listen}`,
        managementListenAddress: `127.0.0.1:${management}`,
        certificate: certFile,
        privateKey: keyFile,
        httpPort,
        tlsPort,
        profiles: Object.fromEntries(
          Object.entries(profiles).map(([name, validityPeriod]) => [
            name,
            { description: `The profile ${name}`, validityPeriod },
          ]),
        ),
        retryAfter: { authz: retryAfter, order: retryAfter },
        ...(externalAccounts && {
          externalAccountBindingRequired: true,
          externalAccountMACKeys: externalAccounts,
        }),
      },
    }),
  )
  const challenges = await start(
    'pebble-challtestsrv',
    [
      '-management',
      `127.0.0.1:${control}`,
      '-dnsserver',
      `127.0.0.1:${dns}`,
      '-defaultIPv4',
      '127.0.0.1',
      '-defaultIPv6',
      '',
      '-http01',
      '',
      '-https01',
      '',
      '-tlsalpn01',
      '',
      '-doh',
      `127.0.0.1:${spare}`,
      '-doh-cert',
      certFile,
      '-doh-cert-key',
      keyFile,
    ],
    { port: control },
  )
  const running = await start(
    'pebble',
    [
      '-config',
      join(folder, 'pebble.json'),
      '-strict',
      '-dnsserver',
      resolver ?? `127.0.0.1:${dns}`,
    ],
    {
      port: listen,
      env: {
        PEBBLE_VA_NOSLEEP: '1',
        ...Object.fromEntries(environment.map(([name, value]) => [name, String(value)])),
        ...env,
      },
    },
  )
  const manage = (path: string, body?: string): Promise<string> =>
    exchange(`https://localhost:${management}${path}`, caFile, body)
  return {
    directoryUrl: `https://localhost:${listen}/dir`,
    caFile,
    httpPort,
    tlsPort,
    controlUrl: `http://127.0.0.1:${control}`,
    dns: `127.0.0.1:${dns}`,
    stop: async () => {
      await Promise.all([running.stop(), challenges.stop()])
    },
    requests: () => running.output().match(/(GET|HEAD|POST) \//g)?.length ?? 0,
    posts: (path) => running.output().split(`POST ${path} `).length - 1,
    issuingRoot: () => manage('/roots/0'),
    root: (number) => manage(`/roots/${number}`),
    setRenewalInfo: async (certificate, text) => {
      const body = { Certificate: certificate, ARIResponse: text }
      await manage('/set-renewal-info/', JSON.stringify(body))
    },
  }
}

/** What a GET, or a POST where there is a body, is answered with. */
async function exchange(url: string, caFile: string, body?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST'
    // Pebble refuses, and RFC 8555 §6.1 with it, who does not say what it is.
    const headers = { 'user-agent': 'certwright-peers' }
    const asked = request(url, { ca: readFileSync(caFile), method, headers }, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += String(chunk)))
      response.on('end', () => {
        const { statusCode = 0 } = response
        if (statusCode >= 200 && statusCode < 300) resolve(text)
        else reject(new Error(`${url} answers ${statusCode}: ${text}`))
      })
    })
    asked.once('error', reject)
    asked.end(body)
  })
}
