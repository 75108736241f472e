import { abortable } from './abort.ts'
import type { Client } from './client.ts'
import type { AutoRenewalMeta } from './auto-renewal.ts'
import { AcmeError } from './error.ts'
import { get, type CallOptions } from './exchange.ts'
import {
  isObject,
  optionalText,
  optionalUrl,
  replyObject,
  usableUrl,
  type JsonObject,
  type Reply,
} from './reply.ts'

/** Where the CA offers what (RFC 8555 §7.1.1; RFC 9773 §4.1). */
export interface Directory {
  readonly newNonce: string
  readonly newAccount: string
  readonly newOrder: string
  readonly newAuthz?: string
  readonly revokeCert?: string
  readonly keyChange?: string
  readonly renewalInfo?: string
  readonly meta: DirectoryMeta
}

/** What the CA says of itself; all of it may be missing. */
export interface DirectoryMeta {
  readonly termsOfService?: string
  readonly website?: string
  /** The names by which CAA records know the CA. */
  readonly caaIdentities: readonly string[]
  /** New accounts need a binding to one outside ACME (RFC 8555 §7.3.4). */
  readonly externalAccountRequired: boolean
  /** The profiles on offer, each with a description or the URL of one. */
  readonly profiles: Readonly<Record<string, string>>
  /** The names of the CA in dns-persist-01 records (draft ietf-acme-dns-persist-02). */
  readonly issuerDomainNames?: readonly string[]
  /** What comes before the hash of an account in such records. */
  readonly accountHashPrefix?: string
  /** One authorization can be for all names below its own (RFC 9444 §4.4). */
  readonly subdomainAuthAllowed?: true
  /** What certificates that the CA renews by itself may ask for (RFC 8739 §3.2). */
  readonly autoRenewal?: AutoRenewalMeta
  /** Certificates can be delegated (RFC 9115 §2.3.3). */
  readonly delegationEnabled?: true
}

export type Endpoint = Exclude<keyof Directory, 'meta'>

/** The directory last read, or being read. */
export interface DirectoryCache {
  kept: { readonly directory: Directory; readonly at: number } | undefined
  reading: Promise<Directory> | undefined
}

export function directoryCache(): DirectoryCache {
  return { kept: undefined, reading: undefined }
}

const maxAgeMs = 60 * 60_000

/**
 * The CA's directory: one request at first, then kept for an hour. Concurrent callers share the
 * request.
 */
export function getDirectory(
  client: Client,
  { signal, deadlineMs }: CallOptions = {},
): Promise<Directory> {
  const { directory: cache, host } = client
  if (cache.kept !== undefined && Math.abs(host.now() - cache.kept.at) < maxAgeMs) {
    return Promise.resolve(cache.kept.directory)
  }
  // Without the caller's signal, as others may wait for the same.
  cache.reading ??= readDirectory(client, deadlineMs).finally(() => {
    cache.reading = undefined
  })
  return abortable(cache.reading, signal)
}

async function readDirectory(client: Client, deadlineMs: number | undefined): Promise<Directory> {
  const reply = await get(client, client.directoryUrl, { deadlineMs })
  const directory = directoryFrom(reply)
  client.directory.kept = { directory, at: client.host.now() }
  return directory
}

function directoryFrom(reply: Reply): Directory {
  const body = replyObject(reply, 'the directory')
  const optional = (name: Endpoint): Partial<Record<Endpoint, string>> => {
    const url = optionalUrl(body[name], reply)
    return url === undefined ? {} : { [name]: url }
  }
  return {
    newNonce: usableUrl(body['newNonce'], reply, 'newNonce of the directory'),
    newAccount: usableUrl(body['newAccount'], reply, 'newAccount of the directory'),
    newOrder: usableUrl(body['newOrder'], reply, 'newOrder of the directory'),
    ...optional('newAuthz'),
    ...optional('revokeCert'),
    ...optional('keyChange'),
    ...optional('renewalInfo'),
    meta: metaFrom(isObject(body['meta']) ? body['meta'] : {}),
  }
}

function metaFrom(meta: JsonObject): DirectoryMeta {
  const { caaIdentities, issuerDomainNames, profiles, 'auto-renewal': autoRenewal } = meta
  const termsOfService = optionalText(meta['termsOfService'])
  const website = optionalText(meta['website'])
  const accountHashPrefix = optionalText(meta['accountHashPrefix'])
  return {
    ...(termsOfService !== undefined && { termsOfService }),
    ...(website !== undefined && { website }),
    caaIdentities: textsIn(caaIdentities),
    externalAccountRequired: meta['externalAccountRequired'] === true,
    profiles: Object.fromEntries(
      Object.entries(isObject(profiles) ? profiles : {}).map(([name, about]) => [
        name,
        typeof about === 'string' ? about : '',
      ]),
    ),
    ...(Array.isArray(issuerDomainNames) && { issuerDomainNames: textsIn(issuerDomainNames) }),
    ...(accountHashPrefix !== undefined && { accountHashPrefix }),
    ...(meta['subdomainAuthAllowed'] === true && { subdomainAuthAllowed: true }),
    ...(isObject(autoRenewal) && { autoRenewal }),
    ...(meta['delegation-enabled'] === true && { delegationEnabled: true }),
  }
}

function textsIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((entry) => typeof entry === 'string') : []
}

/**
 * Calls an endpoint of the directory. Answers it 404 or 405, the directory may have changed: it is
 * read again, and where it now names another URL the call is made once more.
 */
export async function endpointCall<T>(
  client: Client,
  endpoint: Endpoint,
  options: CallOptions,
  call: (url: string) => Promise<T>,
): Promise<T> {
  const url = await endpointUrl(client, endpoint, options)
  try {
    return await call(url)
  } catch (error) {
    if (!(error instanceof AcmeError) || (error.status !== 404 && error.status !== 405)) throw error
    client.directory.kept = undefined
    const now = await endpointUrl(client, endpoint, options)
    if (now === url) throw error
    return call(now)
  }
}

async function endpointUrl(
  client: Client,
  endpoint: Endpoint,
  options: CallOptions,
): Promise<string> {
  const url = (await getDirectory(client, options))[endpoint]
  if (url !== undefined) return url
  throw new AcmeError('ACME_NOT_SUPPORTED', `the CA at ${client.directoryUrl} has no ${endpoint}`, {
    url: client.directoryUrl,
  })
}
