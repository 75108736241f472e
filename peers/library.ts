import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createSecureContext, createServer as createTlsServer } from 'node:tls'
import {
  acmeClient,
  createCsr,
  dns01Name,
  dns01Value,
  dnsAccount01Name,
  dnsPersist01Name,
  dnsPersist01Value,
  dnsPersistOffer,
  generateKeyPair,
  identifierFrom,
  newAccount,
  obtain,
  pemEncode,
  tlsAlpnCertificate,
  tlsAlpnServerName,
  webCryptoSigner,
  writePrivateKey,
  type Account,
  type Client,
  type NewAccount,
  type Obtained,
  type ObtainOptions,
  type Signer,
  type Solver,
} from '@certwright/acme'
import { nodeTransport } from '@certwright/acme/node'
import { onTestFinished } from 'vitest'
import type { Pebble } from './pebble.ts'

/** Where a CA validates, for our library to answer there. */
type Reached = Pick<Pebble, 'directoryUrl' | 'caFile' | 'httpPort' | 'tlsPort' | 'controlUrl'>

export interface LibraryWorld {
  readonly client: Client
  readonly account: Account
  readonly solvers: Readonly<Record<string, Solver>>
  /** A certificate for these names, by http-01 unless other solvers are given. */
  readonly obtained: (
    names: readonly string[],
    options?: Partial<ObtainOptions>,
  ) => Promise<Obtained>
}

export async function newSigner(): Promise<Signer> {
  return webCryptoSigner(await generateKeyPair('ec256'))
}

/** A client of our library for this CA. */
export function libraryClient({ directoryUrl, caFile }: Reached): Client {
  const transport = nodeTransport({ ca: readFileSync(caFile, 'utf8') })
  onTestFinished(() => transport.close?.())
  return acmeClient({ directoryUrl, transport })
}

/** Our library with an account at this CA, and everything that can answer its challenges. */
export async function libraryWorld(
  at: Reached,
  registration: NewAccount = {},
): Promise<LibraryWorld> {
  const client = libraryClient(at)
  const { account } = await newAccount(client, await newSigner(), {
    termsOfServiceAgreed: true,
    ...registration,
  })
  const solvers = Object.fromEntries(
    [httpSolver(at.httpPort), tlsAlpnSolver(at.tlsPort), ...dnsSolvers(at)].map((solver) => [
      solver.type,
      solver,
    ]),
  )
  const obtained: LibraryWorld['obtained'] = async (names, options = {}) => {
    const identifiers = names.map((name) => identifierFrom(name))
    return obtain(client, account, {
      identifiers,
      solvers: Object.values(solvers).slice(0, 1),
      csr: async () => createCsr({ identifiers, key: await newSigner() }),
      ...options,
    })
  }
  return { client, account, solvers, obtained }
}

export function leafOf({ chain }: Pick<Obtained, 'chain'>): X509Certificate {
  return new X509Certificate(chain.certificates[0] ?? new Uint8Array())
}

/** Publishes, beside what stands there, and withdraws exactly that. */
interface Shelf {
  put(key: string, value: string): Promise<void>
  take(key: string): Promise<void>
}

function httpSolver(port: number): Solver {
  const answers = new Map<string, string>()
  let server: Server | undefined
  const listening = (): Promise<void> =>
    new Promise((resolve) => {
      if (server !== undefined) return resolve()
      server = createServer((request, response) => {
        const answer = answers.get(request.url ?? '')
        response.writeHead(answer === undefined ? 404 : 200).end(answer)
      })
      server.listen(port, '127.0.0.1', resolve)
    })
  onTestFinished(() => {
    server?.closeAllConnections()
    server?.close()
  })
  return {
    type: 'http-01',
    async present({ token, keyAuthorization }) {
      await listening()
      const path = `/.well-known/acme-challenge/${token}`
      answers.set(path, keyAuthorization)
      return { path }
    },
    async cleanUp({ path = '' }) {
      answers.delete(path)
    },
  }
}

function tlsAlpnSolver(port: number): Solver {
  const shown = new Map<string, { cert: string; key: string }>()
  const server = createTlsServer({
    ALPNProtocols: ['acme-tls/1'],
    SNICallback(name, done) {
      const one = shown.get(name)
      if (one === undefined) done(new Error(`nothing is shown for ${name}`))
      else done(null, createSecureContext(one))
    },
  })
  server.on('tlsClientError', () => undefined)
  onTestFinished(() => {
    server.close()
  })
  const listening = (): Promise<void> =>
    new Promise((resolve) => {
      if (server.listening) resolve()
      else server.listen(port, '127.0.0.1', resolve)
    })
  return {
    type: 'tls-alpn-01',
    async present({ identifier, keyAuthorization }) {
      const pair = await generateKeyPair('ec256')
      const key = await webCryptoSigner(pair)
      const now = Date.now()
      const certificate = await tlsAlpnCertificate({
        identifier,
        keyAuthorization,
        key,
        notBefore: now - 3_600_000,
        notAfter: now + 3_600_000,
      })
      const name = tlsAlpnServerName(identifier)
      shown.set(name, {
        cert: pemEncode('CERTIFICATE', certificate),
        key: await writePrivateKey(pair),
      })
      await listening()
      return { name }
    },
    async cleanUp({ name = '' }) {
      shown.delete(name)
    },
  }
}

/** pebble-challtestsrv adds a TXT value beside others, and clears all of a name at once. */
function shelfAt({ controlUrl }: Reached): Shelf {
  return {
    put: (host, value) => control(controlUrl, 'set-txt', { host: `${host}.`, value }),
    take: (host) => control(controlUrl, 'clear-txt', { host: `${host}.` }),
  }
}

function dnsSolvers(at: Reached): readonly Solver[] {
  const shelf = shelfAt(at)
  const solver = (
    type: string,
    record: (work: Parameters<Solver['present']>[0]) => Promise<readonly [string, string]>,
  ): Solver => ({
    type,
    async present(work) {
      const [name, value] = await record(work)
      await shelf.put(name, value)
      return { name }
    },
    cleanUp: ({ name = '' }) => shelf.take(name),
  })
  return [
    solver('dns-01', async ({ identifier, keyAuthorization }) => [
      dns01Name(identifier.value),
      await dns01Value(keyAuthorization),
    ]),
    solver('dns-account-01', async ({ identifier, keyAuthorization, accountUrl = '' }) => [
      await dnsAccount01Name(accountUrl, identifier.value),
      await dns01Value(keyAuthorization),
    ]),
    persistSolver(shelf),
  ]
}

/** A record until `persistUntil`, in seconds since the Unix epoch, and for ever without. */
function persistSolver(shelf: Shelf, persistUntil?: number): Solver {
  return {
    type: 'dns-persist-01',
    tokenless: true,
    async present({ type, url, token, identifier, wildcard, accountUrl = '', raw = {} }) {
      const { issuerDomainNames } = dnsPersistOffer({ type, url, token, status: 'pending', raw })
      const name = dnsPersist01Name(identifier.value)
      const value = dnsPersist01Value({
        issuerDomainName: issuerDomainNames[0] ?? '',
        accountUri: accountUrl,
        wildcard,
        ...(persistUntil !== undefined && { persistUntil }),
      })
      await shelf.put(name, value)
      return { name }
    },
    cleanUp: ({ name = '' }) => shelf.take(name),
  }
}

/** dns-persist-01 with a record that proves nothing any more. */
export function expiredPersistSolver(at: Reached): Solver {
  return persistSolver(shelfAt(at), 1)
}

async function control(url: string, path: string, body: object): Promise<void> {
  const reply = await fetch(`${url}/${path}`, { method: 'POST', body: JSON.stringify(body) })
  if (!reply.ok) throw new Error(`${path}: ${reply.status}`)
}
