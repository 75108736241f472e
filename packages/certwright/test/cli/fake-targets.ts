import { createServer, createSecureContext, type SecureContext } from 'node:tls'
import { onTestFinished } from 'vitest'
import type { TargetModule } from '../../src/deploy/target-context.ts'
import { targetValues, wrongTargetOption } from '../../src/deploy/target-options.ts'
import type { Discovered, Installed, TargetKind } from '../../src/deploy/target.ts'
import type { TargetRegistry } from '../../src/deploy/targets/registry.ts'
import { CertwrightError } from '../../src/runtime/error.ts'
import type { CertificateBundle } from '../../src/x509/bundle.ts'
import { describe } from '../../src/x509/certificate.ts'
import { listening } from '../deploy/listening.ts'

/** A service of two products that really serves what is installed, and fails where it is told to. */
export interface FakeService {
  readonly registry: TargetRegistry
  /** What each site has. */
  readonly sites: Map<string, CertificateBundle>
  /** Every write, by site. */
  readonly writes: readonly string[]
  /** Every call to prune, by site. */
  readonly prunes: readonly string[]
  /** Sites that refuse to be written, or to be read, with this code. */
  readonly refusing: Map<string, 'write' | 'read'>
  /** Sites that take a certificate and serve another, or nothing. */
  readonly serving: Map<string, CertificateBundle | undefined>
  /** What discovery finds, and the products where it fails. */
  readonly findings: Discovered[]
  readonly undiscoverable: Set<string>
  /** The options that were last given. */
  given: Readonly<Record<string, string>>
  readonly port: number
}

const options = [
  {
    key: 'site',
    summary: { en: 'The site, a DNS name', zh: '站点的域名' },
    required: true,
  },
  { key: 'token', summary: { en: 'Token', zh: '令牌' }, secret: true, env: ['FAKE_TOKEN'] },
  { key: 'region', summary: { en: 'Region', zh: '地域' } },
] as const

const web = {
  name: 'fake-web',
  summary: { en: 'A site of the fake web server', zh: '虚拟 Web 服务器的站点' },
  options,
  keyTypes: ['ec256', 'rsa2048'],
  permissions: [
    { action: 'fake:ListSites', resource: '*' },
    { action: 'fake:SetCertificate', resource: 'fake:site/{site}' },
  ],
} as const satisfies TargetKind

/** Takes RSA alone, cannot be unbound, and has no endpoints. */
const vault = {
  ...web,
  name: 'fake-vault',
  keyTypes: ['rsa2048'],
  options: options.filter(({ key }) => key !== 'site'),
} as const satisfies TargetKind

/** Takes a type of key that the others do not. */
const strict = { ...web, name: 'fake-strict', keyTypes: ['ec384'] } as const satisfies TargetKind

export async function fakeService(): Promise<FakeService> {
  const sites = new Map<string, CertificateBundle>()
  const refusing = new Map<string, 'write' | 'read'>()
  const serving = new Map<string, CertificateBundle | undefined>()
  const [writes, prunes]: [string[], string[]] = [[], []]
  const server = createServer({
    SNICallback(name, reply) {
      const bundle = serving.has(name) ? serving.get(name) : sites.get(name)
      reply(null, bundle && contextOf(bundle))
    },
  })
  server.on('tlsClientError', () => undefined)
  const running = await listening(server)
  onTestFinished(async () => running[Symbol.asyncDispose]())
  const findings: Discovered[] = []
  const undiscoverable = new Set<string>()
  const refuse = (site: string, what: 'write' | 'read'): void => {
    if (refusing.get(site) !== what) return
    throw new CertwrightError('TARGET_RESOURCE_NOT_FOUND', { target: 'fake-web', resource: site })
  }

  const module = (kind: TargetKind): TargetModule => ({
    target: kind,
    create(values, context) {
      const set: Readonly<Record<string, string | undefined>> = targetValues(kind, values, context)
      if (set['region'] === 'nowhere') throw wrongTargetOption(kind.name, 'region', 'REGION')
      service.given = values
      const site = set['site'] ?? kind.name
      return {
        async read() {
          refuse(site, 'read')
          const bundle = sites.get(site)
          return bundle && installed(bundle)
        },
        async write(bundle) {
          refuse(site, 'write')
          writes.push(site)
          sites.set(site, bundle)
        },
        async prune() {
          prunes.push(site)
          return [`old-${site}`]
        },
        ...(kind !== vault && {
          async endpoints() {
            return [{ ...running.endpoint, servername: site }]
          },
          async remove() {
            sites.delete(site)
          },
        }),
      }
    },
    async *discover(values) {
      if (undiscoverable.has(kind.name)) {
        throw new CertwrightError('TARGET_RESOURCE_NOT_FOUND', {
          target: kind.name,
          resource: values['region'] ?? '-',
        })
      }
      yield* findings.filter(({ target }) => target.startsWith(kind.name))
    },
  })

  const service: FakeService = {
    registry: Object.fromEntries(
      [web, vault, strict].map((kind) => [kind.name, async () => module(kind)]),
    ),
    sites,
    writes,
    prunes,
    refusing,
    serving,
    findings,
    undiscoverable,
    given: {},
    port: running.endpoint.port,
  }
  return service
}

function installed({ chainPem }: CertificateBundle): Installed {
  const { fingerprint, notAfter } = describe(chainPem)
  return { fingerprint, notAfter }
}

function contextOf({ chainPem, privateKey }: CertificateBundle): SecureContext {
  return createSecureContext({ cert: chainPem, key: privateKey.reveal() })
}
