import { systemClock } from '../clock.ts'
import type { Clock } from '../clock.ts'
import type { RunningDns } from '../dns/dns.ts'
import type { Account, AccountOptions } from './accounts.ts'
import type { LoggedCall } from './call-log.ts'
import { createDispatch } from './dispatch.ts'
import type { Faults } from './faults.ts'
import type { Installations } from './installations.ts'
import type { Delay, Job } from './jobs.ts'
import { products } from './products/table.ts'
import type { AlibabaSeed, AlibabaState } from './products/table.ts'
import type { Opened } from './route.ts'
import { listen } from './server.ts'
import { startServing } from './serving.ts'
import type { CertificateStore } from './certificate-store.ts'
import { createWorld } from './world.ts'
import type { Site } from './world.ts'

export interface AlibabaOptions {
  /** The default 0 takes a free one. */
  readonly port?: number
  readonly clock?: Clock
  /** Where the records of its DNS products are answered. */
  readonly dns?: RunningDns
  /** Which of the two sites this is. Default `china`. */
  readonly site?: Site
  /** How long changes at a CDN or a load balancer take. Default two looks. */
  readonly delay?: Partial<Delay>
  /** Refuses calls beyond the documented rates. Default true. */
  readonly rateLimits?: boolean
  /** The most that a page of any list holds, however many are asked for. Default: what each API documents. */
  readonly largestPage?: number
  readonly faults?: Faults
  /** Resources that are there from the start. */
  readonly seed?: AlibabaSeed
}

export interface RunningAlibaba {
  /** One endpoint for every product, e.g. `http://127.0.0.1:14001`. */
  readonly endpoint: string
  /** A key that may do everything. */
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** Where what is installed is served over TLS, chosen by SNI. */
  readonly servePort: number
  /** Oldest first. */
  readonly calls: readonly LoggedCall[]
  /** What the account has, product by product. */
  readonly state: AlibabaState
  readonly installations: Installations
  readonly certificates: CertificateStore
  readonly jobs: readonly Job[]
  /** Adds a key: with a policy, with a token, of another account, or inactive. */
  addAccount(options?: AccountOptions): Account
  /** Puts resources in place, as if they had been there before the first call. */
  seed(given: AlibabaSeed): void
  /** Denies an action to every key, e.g. `cdn:SetCdnDomainSSLCertificate` or the action's bare name. */
  deny(action: string): void
  /** Takes a denial back. */
  allow(action: string): void
  /** Refuses the next calls of an action with `Throttling.User`. */
  throttle(action: string, calls: number): void
  close(): Promise<void>
}

/** Starts an emulator of Alibaba Cloud's APIs for one account, on loopback, and a TLS server for what they install. */
export async function startAlibaba(options: AlibabaOptions = {}): Promise<RunningAlibaba> {
  const {
    clock = systemClock,
    site = 'china',
    rateLimits = true,
    dns,
    delay,
    largestPage,
  } = options
  const world = createWorld({
    clock,
    site,
    rateLimits,
    largestPage,
    dns,
    delay: { looks: 2, ms: 0, ...delay },
  })
  const calls: LoggedCall[] = []
  const opened: Opened[] = Object.entries(products).map(([name, product]) => ({
    name,
    product,
    state: product.open(world),
  }))
  const { accessKeyId, accessKeySecret } = world.accounts.add()
  const faults = options.faults ?? (() => undefined)
  const serving = await startServing(world.installations)
  const server = await listen(
    options.port ?? 0,
    createDispatch({ world, opened, faults, calls }),
  ).catch(async (error: unknown) => {
    await serving.close()
    throw error
  })
  const seed = (given: AlibabaSeed): void => {
    for (const { name, product, state } of opened) {
      const own = given[name as keyof AlibabaSeed]
      if (own !== undefined) product.seed(state, own, world)
    }
  }
  if (options.seed) seed(options.seed)
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    accessKeyId,
    accessKeySecret,
    servePort: serving.port,
    calls,
    state: Object.fromEntries(opened.map(({ name, state }) => [name, state])) as AlibabaState,
    installations: world.installations,
    certificates: world.store,
    get jobs() {
      return world.jobs.all
    },
    addAccount: (account) => world.accounts.add(account),
    seed,
    deny: (action) => world.permissions.deny(action),
    allow: (action) => world.permissions.allow(action),
    throttle: (action, count) => world.throttling.throttle(action, count),
    async close() {
      await server.close()
      await serving.close()
    },
  }
}
