import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { identifierFrom } from '@certwright/acme'
import { nodeTransport } from '@certwright/acme/node'
import {
  startSandbox,
  type AdjustableClock,
  type Sandbox,
  type SandboxOptions,
} from '@certwright/sandbox'
import { onTestFinished } from 'vitest'
import { accountsOf } from '../../src/manager/accounts.ts'
import { apply, type Applied } from '../../src/manager/apply.ts'
import type { Desired, DesiredCertificate, DesiredIssuer } from '../../src/manager/desired.ts'
import type { ManagerContext, ManagerEvent } from '../../src/manager/manager-context.ts'
import { observeAll } from '../../src/manager/observe.ts'
import { plan, type Plan } from '../../src/manager/plan.ts'
import { systemHost, type Host } from '../../src/runtime/host.ts'
import type { ChallengeSettings } from '../../src/solvers/challenge-settings.ts'
import { openStore } from '../../src/store/open.ts'
import { fakeService, type FakeService } from '../cli/fake-targets.ts'
import { lentFiles } from '../store/lent-files.ts'

/** A clock that a test moves; waits are short and move nothing. */
export interface LentClock {
  now: number
}

/** Certificates, the places that serve them, and the CAs that issue them: all in this process. */
export interface Estate {
  readonly context: ManagerContext
  readonly sandboxes: readonly Sandbox[]
  readonly service: FakeService
  readonly events: readonly ManagerEvent[]
  readonly clock: LentClock
  /** What was fetched that is not ACME, by URL. */
  readonly fetched: readonly string[]
  readonly issuers: readonly DesiredIssuer[]
  readonly desired: (...certificates: readonly DesiredCertificate[]) => Desired
  readonly certificate: (name: string, change?: Partial<DesiredCertificate>) => DesiredCertificate
  readonly plan: (desired: Desired) => Promise<Plan>
  readonly apply: (desired: Desired, signal?: AbortSignal) => Promise<Applied>
}

export const file = '/etc/certwright.yaml'
const atOnce = { min: 0, max: 0 }

export async function estate(...sandboxes: readonly SandboxOptions[]): Promise<Estate> {
  const clock = { now: systemHost.now() }
  const host: Host = {
    ...systemHost,
    now: () => clock.now,
    sleep: async (ms, signal) => systemHost.sleep(Math.min(ms, 5), signal),
  }
  return estateOn(host, clock, sandboxes)
}

/** The same on the CA's own clock, which stands still but for waits: each moves it on, and takes no time. */
export async function estateOnClock(
  clock: AdjustableClock,
  options: SandboxOptions,
): Promise<Estate> {
  const host: Host = {
    ...systemHost,
    now: () => clock.now(),
    random: () => clock.random(),
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      clock.advance(ms)
    },
  }
  const lent: LentClock = {
    get now() {
      return clock.now()
    },
    set now(at) {
      clock.advance(at - clock.now())
    },
  }
  return estateOn(host, lent, [{ ...options, clock }])
}

async function estateOn(
  lent: Host,
  clock: LentClock,
  sandboxes: readonly SandboxOptions[],
): Promise<Estate> {
  const directory = await mkdtemp(join(tmpdir(), 'certwright-estate-'))
  const cas = await Promise.all(
    (sandboxes.length === 0 ? [{}] : sandboxes).map(async ({ ca, ...options }) =>
      startSandbox({
        ...options,
        ca: { validationDelayMs: atOnce, issuanceDelayMs: atOnce, retryAfterSeconds: 0, ...ca },
      }),
    ),
  )
  const fetched: string[] = []
  const host: Host = {
    ...lent,
    fetch: async (input, init) => {
      fetched.push(input instanceof Request ? input.url : String(input))
      return lent.fetch(input, init)
    },
  }
  const store = await openStore({ directory, sealing: { by: 'file' }, host })
  const service = await fakeService()
  const transports = cas.map((ca) => nodeTransport({ ca: ca.rootPem }))
  onTestFinished(async () => {
    for (const transport of transports) transport.close?.()
    await store.close()
    await Promise.all(cas.map(async (ca) => ca.close()))
    await rm(directory, { recursive: true, force: true })
  })
  const events: ManagerEvent[] = []
  const base = {
    store,
    host,
    env: {},
    targets: service.registry,
    fs: lentFiles({}),
    solvers: new Map(),
    deadlineMs: 2000,
    transport: ({ directoryUrl }: { readonly directoryUrl: string }) => {
      const at = cas.findIndex((ca) => ca.directoryUrl === directoryUrl)
      const transport = transports[at]
      if (!transport) throw new Error(`no CA at ${directoryUrl}`)
      return transport
    },
    lock: locks(),
    outOf: (id: string) => join(directory, 'live', id),
    onEvent: (event: ManagerEvent) => void events.push(event),
    secrets: {
      challenge: async (challenge: DesiredCertificate['challenge']) =>
        Promise.resolve(challenge as ChallengeSettings),
      options: async (options: DesiredCertificate['installs'][number]['options']) =>
        Promise.resolve(options as Readonly<Record<string, string>>),
    },
  }
  const context: ManagerContext = { ...base, account: accountsOf(base) }
  const roots = cas.map((_, i) => join(directory, `root-${i}.pem`))
  await Promise.all(cas.map(async ({ rootPem }, i) => writeFile(roots[i] ?? '', rootPem)))
  const issuers = cas.map(({ directoryUrl }, i): DesiredIssuer => ({
    name: `ca${i}`,
    directoryUrl,
    caFile: roots[i] ?? '',
    contact: [],
    agreeTerms: true,
    limits: {},
  }))
  const planOf: Estate['plan'] = async (desired) => {
    const observed = await observeAll({ desired, managedBy: file }, context)
    return plan({ desired, observed, now: host.now(), managedBy: file })
  }
  return {
    context,
    sandboxes: cas,
    service,
    events,
    clock,
    fetched,
    issuers,
    desired: (...certificates) => ({ issuers, certificates, notifications: [] }),
    certificate: (name, change) => ({
      id: name,
      identifiers: [identifierFrom(name)],
      issuers: issuers.map((issuer) => issuer.name),
      keyType: 'ec256',
      reuseKey: false,
      challenge: { type: 'http-01', httpPort: cas[0]?.httpPort ?? 0 },
      renewal: { windows: [] },
      installs: [],
      ...change,
    }),
    plan: planOf,
    apply: async (desired, signal) =>
      apply({ plan: await planOf(desired), desired, managedBy: file }, context, signal),
  }
}

/** An installation at a site of the fake web server. */
export function site(name: string): DesiredCertificate['installs'][number] {
  return { target: 'fake-web', options: { site: name }, text: `fake-web:site=${name}` }
}

/** One after the other for each name, within this process. */
function locks(): ManagerContext['lock'] {
  const last = new Map<string, Promise<unknown>>()
  return async (name, task) => {
    const before = last.get(name) ?? Promise.resolve()
    const mine = before.catch(() => undefined).then(task)
    last.set(name, mine)
    return mine
  }
}
