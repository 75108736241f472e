import { isSameCertificate } from '../deploy/installed.ts'
import type { TargetContext, TargetModule } from '../deploy/target-context.ts'
import { targetValues } from '../deploy/target-options.ts'
import { targetSpecifier, targetSpecifierFrom } from '../deploy/target-specifier.ts'
import type { Discovered, TargetOption } from '../deploy/target.ts'
import { targetModule, targets, type TargetRegistry } from '../deploy/targets/registry.ts'

export interface DiscoveryOptions {
  /** What the names of its targets begin with, before the first hyphen. */
  readonly service: string
  /** The account's options: those that every target of the service has. */
  readonly values: Readonly<Record<string, string>>
  /** Each is walked; the account's own where there are none. */
  readonly regions?: readonly string[]
  readonly registry?: TargetRegistry | undefined
}

/** One place, or one certificate that is only kept. */
export interface Found extends Discovered {
  /** Whether it is a certificate that nothing found here serves. */
  readonly unserved: boolean
}

export interface Discovery {
  /** By product, then by resource. */
  readonly found: readonly Found[]
  /** What could not be walked. */
  readonly failures: readonly DiscoveryFailure[]
}

export interface DiscoveryFailure {
  readonly target: string
  readonly region?: string
  readonly error: unknown
}

/** The services that have several targets: the first words of their names. */
export function servicesOf(registry: TargetRegistry = targets): readonly string[] {
  const words = Object.keys(registry).flatMap((name) => /^([^-]+)-/.exec(name)?.[1] ?? [])
  return [...new Set(words.filter((word, i) => words.indexOf(word) !== i))]
}

/** Every target of a service. */
export async function targetsOf(
  service: string,
  registry: TargetRegistry = targets,
): Promise<readonly TargetModule[]> {
  const names = Object.keys(registry).filter((name) => name.startsWith(`${service}-`))
  return Promise.all(names.map(async (name) => targetModule(name, registry)))
}

/** The options that all of these have: those of the account. */
export function commonOptions(modules: readonly TargetModule[]): readonly TargetOption[] {
  const [first, ...rest] = modules.map(({ target }) => target.options)
  return (first ?? []).filter(({ key }) =>
    rest.every((options) => options.some((option) => option.key === key)),
  )
}

/**
 * Walks everything that serves certificates in an account, all products and regions at once. What fails is reported
 * beside what was found. Throws for options that are none.
 */
export async function discoverAll(
  { service, values, regions = [], registry }: DiscoveryOptions,
  context: TargetContext,
  signal?: AbortSignal,
): Promise<Discovery> {
  const modules = await targetsOf(service, registry)
  const options = commonOptions(modules)
  targetValues({ name: service, options }, values, context)
  const shown = Object.fromEntries(
    Object.entries(values).filter(([key]) => !options.find((option) => option.key === key)?.secret),
  )
  const found = new Map<string, Discovered>()
  const failures: DiscoveryFailure[] = []
  const walk = async (module: TargetModule, region: string | undefined): Promise<void> => {
    const account = { ...values, ...(region !== undefined && { region }) }
    try {
      for await (const one of module.discover?.(account, context, signal) ?? []) {
        const target = installable(one, { ...shown, ...(one.region && region && { region }) })
        // What belongs to no region is found in each.
        found.set([target, one.resource, one.installed?.reference].join(' '), { ...one, target })
      }
    } catch (error) {
      signal?.throwIfAborted()
      const { name } = module.target
      failures.push({ target: name, ...(region !== undefined && { region }), error })
    }
  }
  const everywhere = regions.length > 0 ? [...new Set(regions)] : [undefined]
  await Promise.all(
    modules.flatMap((module) => everywhere.map(async (region) => walk(module, region))),
  )
  failures.sort((a, b) => compare(a.target, b.target))
  return { found: sorted([...found.values()]), failures }
}

/** The target with the account's options beside its own, so that `--install` takes it as it stands. */
function installable({ target }: Discovered, account: Readonly<Record<string, string>>): string {
  const { name, values } = targetSpecifierFrom(target)
  const missing = Object.entries(account).filter(([key]) => !(key in values))
  return targetSpecifier(name, { ...values, ...Object.fromEntries(missing) })
}

function sorted(all: readonly Discovered[]): readonly Found[] {
  const used = all.filter(({ https }) => https)
  const isUsed = ({ installed }: Discovered): boolean =>
    used.some(
      (other) => installed && other.installed && isSameCertificate(installed, other.installed),
    )
  return all
    .map((one) => ({ ...knownElsewhere(one, all), ...one }))
    .map((one) => ({ ...one, unserved: !one.https && one.installed !== undefined && !isUsed(one) }))
    .sort((a, b) => compare(a.product, b.product) || compare(a.resource, b.resource))
}

/** What another finding says of the same certificate: few products tell its issuer or its kind of key. */
function knownElsewhere(
  { installed }: Discovered,
  all: readonly Discovered[],
): Pick<Discovered, 'names' | 'issuer' | 'keyType'> {
  const same = all.filter(
    (other) => installed && other.installed && isSameCertificate(installed, other.installed),
  )
  const [names, issuer, keyType] = [
    same.find((one) => one.names)?.names,
    same.find((one) => one.issuer)?.issuer,
    same.find((one) => one.keyType)?.keyType,
  ]
  return {
    ...(names && { names }),
    ...(issuer !== undefined && { issuer }),
    ...(keyType !== undefined && { keyType }),
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
