import { instantOf } from '../../clock.ts'
import { assumed, documented, refusals } from '../errors.ts'
import { tokenPageOf } from '../paging.ts'
import type { Product, Reply } from '../product.ts'
import type { Call } from '../request.ts'
import { readPair } from '../supplied-certificate.ts'
import type { PairFault, SeededCertificate } from '../supplied-certificate.ts'
import type { Served } from '../installations.ts'
import type { World } from '../world.ts'

type Settings = Readonly<Record<string, unknown>>

/** What can be set at a domain beside its certificate. A change that leaves one out takes it away. */
const settingNames = ['authConfig', 'corsConfig', 'routeConfig', 'tlsConfig', 'wafConfig'] as const

export interface FunctionDomain {
  /** `*.example.com` for a wildcard. */
  readonly domain: string
  readonly createdAt: number
  updatedAt: number
  protocol: string
  settings: Settings
  certificate: { readonly name: string; readonly served: Served } | undefined
}

export interface FcState {
  readonly domains: Map<string, FunctionDomain>
  /** What becomes of the settings that a change leaves out: no document says. */
  omitted: 'lost' | 'kept'
}

export interface FcSeed {
  /** Default `lost`, so that who does not send again what he read is found out. */
  readonly omitted?: FcState['omitted']
  readonly domains?: ReadonlyArray<{
    readonly domain: string
    /** Default `HTTP`, or `HTTP,HTTPS` with a certificate. */
    readonly protocol?: 'HTTP' | 'HTTPS' | 'HTTP,HTTPS'
    /** E.g. `{ routeConfig: { routes: [{ path: '/*', functionName: 'f' }] } }`. */
    readonly settings?: Settings
    readonly certificate?: SeededCertificate
  }>
}

const errors = {
  DomainNameNotFound: documented(404, 'The domain name does not exist.'),
  DomainNameAlreadyExists: assumed(409, 'The domain name already exists.'),
  InvalidArgument: documented(400, 'The request is invalid.'),
}

const refuse = refusals(errors)

const root = '/2023-03-30/custom-domains'

/** RAM knows a domain of Function Compute by its name. */
const resource = (call: Call): string =>
  `acs:fc:*:${call.caller.uid}:custom-domains/${call.text('domainName')}`

/** Function Compute 3: its custom domains. */
export const fc: Product<FcState, FcSeed> = {
  version: '2023-03-30',
  style: 'roa',
  ram: 'fc',
  errors,
  envelope: (reply) => reply,
  open: () => ({ domains: new Map(), omitted: 'lost' }),

  seed(state, { omitted, domains = [] }, world) {
    if (omitted) state.omitted = omitted
    for (const { domain, settings = {}, certificate, ...given } of domains) {
      const { protocol = certificate ? 'HTTP,HTTPS' : 'HTTP' } = given
      const now = world.clock.now()
      const facts = { createdAt: now, updatedAt: now, protocol, settings }
      const served = certificate && readPair(certificate.certPem, certificate.keyPem, invalid)
      const one = {
        domain: domain.toLowerCase(),
        ...facts,
        certificate: served && { name: certificate?.name ?? 'seeded', served },
      }
      keep(one, state, world)
    }
  },

  actions: {
    ListCustomDomains: {
      path: root,
      methods: ['GET'],
      parameters: 'limit:n, nextToken, prefix',
      handle(call, { domains }) {
        const matching = [...domains.values()].filter(({ domain }) =>
          domain.startsWith(call.text('prefix').toLowerCase()),
        )
        const page = tokenPageOf(matching, {
          token: call.text('nextToken'),
          max: call.number('limit'),
          usual: 20,
          largest: 100,
        })
        const customDomains = page.items.map((one) => domainReply(call, one))
        return { customDomains, ...(page.next === undefined ? {} : { nextToken: page.next }) }
      },
    },

    GetCustomDomain: {
      path: `${root}/{domainName}`,
      methods: ['GET'],
      resource,
      handle: (call, state) => domainReply(call, found(call, state)),
    },

    CreateCustomDomain: {
      path: root,
      methods: ['POST'],
      handle(call, state, world) {
        const { domainName } = call.body
        if (typeof domainName !== 'string' || !/^[\w*.-]+$/.test(domainName)) {
          throw invalidArgument("'domainName' is not valid")
        }
        const domain = domainName.toLowerCase()
        if (state.domains.has(domain)) throw refuse('DomainNameAlreadyExists')
        const now = world.clock.now()
        const facts = { domain, createdAt: now, updatedAt: now }
        const one = { ...facts, ...written(call.body, undefined) }
        keep(one, state, world)
        return domainReply(call, one)
      },
    },

    UpdateCustomDomain: {
      path: `${root}/{domainName}`,
      methods: ['PUT'],
      resource,
      handle(call, state, world) {
        const one = found(call, state)
        const before = state.omitted === 'kept' ? one : undefined
        Object.assign(one, written(call.body, before), { updatedAt: world.clock.now() })
        keep(one, state, world)
        return domainReply(call, one)
      },
    },

    DeleteCustomDomain: {
      path: `${root}/{domainName}`,
      methods: ['DELETE'],
      resource,
      handle(call, state, world) {
        const { domain } = found(call, state)
        state.domains.delete(domain)
        world.installations.install({ product: 'FC', resource: domain, names: [] }, undefined)
        return {}
      },
    },
  },
}

function found(call: Call, { domains }: FcState): FunctionDomain {
  const one = domains.get(call.text('domainName').toLowerCase())
  if (one) return one
  throw refuse('DomainNameNotFound', {
    message: `domain name '${call.text('domainName')}' does not exist`,
  })
}

/** Reads a body, on top of what stays where that is given. */
function written(
  body: Settings,
  before: FunctionDomain | undefined,
): Pick<FunctionDomain, 'protocol' | 'settings' | 'certificate'> {
  const { protocol = before?.protocol ?? 'HTTP', certConfig } = body
  if (protocol !== 'HTTP' && protocol !== 'HTTPS' && protocol !== 'HTTP,HTTPS') {
    throw invalidArgument("'protocol' has to be HTTP, HTTPS or HTTP,HTTPS")
  }
  const certificate = certConfig === undefined ? before?.certificate : readCertConfig(certConfig)
  if (protocol !== 'HTTP' && !certificate)
    throw invalidArgument("'certConfig' is required by HTTPS")
  const given = settingNames.filter((name) => body[name] !== undefined && body[name] !== null)
  const settings = Object.fromEntries(given.map((name) => [name, body[name]]))
  return { protocol, settings: { ...before?.settings, ...settings }, certificate }
}

function readCertConfig(given: unknown): NonNullable<FunctionDomain['certificate']> {
  const config = (given ?? {}) as Record<string, unknown>
  const [name, certPem, keyPem] = ['certName', 'certificate', 'privateKey'].map((member) => {
    const value = config[member]
    if (typeof value === 'string' && value !== '') return value
    throw invalidArgument(`'${member}' is required`)
  }) as [string, string, string]
  if (!/^[A-Za-z_][\w-]{0,255}$/.test(name)) throw invalidArgument("'certName' is not valid")
  return { name, served: readPair(certPem, keyPem, invalid, { traditional: true }) }
}

const faults: Readonly<Record<PairFault, string>> = {
  certificate: "'certificate' has to be in PEM format",
  key: "'private key' has to be in PEM format",
  form: "'private key' has to be in PEM format",
  match: "'private key' does not belong to 'certificate'",
}

const invalid = (fault: PairFault): Error => invalidArgument(faults[fault])

function invalidArgument(message: string): Error {
  return refuse('InvalidArgument', { message })
}

function keep(one: FunctionDomain, { domains }: FcState, { installations }: World): void {
  domains.set(one.domain, one)
  const isOn = one.protocol !== 'HTTP'
  const place = { product: 'FC', resource: one.domain, names: [one.domain] }
  installations.install(place, isOn ? one.certificate?.served : undefined)
}

/** The private key is never told, though the documents have a member for it. */
function domainReply({ caller }: Call, one: FunctionDomain): Reply {
  const { certificate } = one
  return {
    accountId: caller.uid,
    apiVersion: '2023-03-30',
    domainName: one.domain,
    protocol: one.protocol,
    createdTime: instantOf(one.createdAt),
    lastModifiedTime: instantOf(one.updatedAt),
    ...one.settings,
    ...(certificate
      ? {
          certConfig: {
            certName: certificate.name,
            certificate: certificate.served.certificate.pem,
          },
        }
      : {}),
  }
}
