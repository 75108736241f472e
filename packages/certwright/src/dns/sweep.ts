import { CertwrightError } from '../runtime/error.ts'
import type { OrphanSearch, Swept } from './orphan.ts'
import type { ProviderContext } from './provider-options.ts'
import { isProviderName, providers } from './providers/registry.ts'

export interface SweepOptions extends OrphanSearch {
  /** The provider's own options. */
  readonly values: Readonly<Record<string, string>>
  /** Only finds them. */
  readonly look?: boolean | undefined
}

/**
 * Removes the values that killed runs left in a DNS service, where the service keeps a mark by which they are known.
 * One that cannot be removed stops no other. Throws `DNS_PROVIDER_NO_MARKS` for a service without marks.
 */
export async function sweep(
  name: string,
  { values, look = false, ...search }: SweepOptions,
  context: ProviderContext,
  signal?: AbortSignal,
): Promise<readonly Swept[]> {
  const module = isProviderName(name) ? await providers[name]() : undefined
  if (!module || !('orphans' in module)) {
    const marking = (await markingProviders()).join(', ')
    throw new CertwrightError('DNS_PROVIDER_NO_MARKS', { provider: name, marking })
  }
  const provider = module.provider(values, context)
  const swept: Swept[] = []
  for await (const { receipt, ...orphan } of module.orphans(values, context, search, signal)) {
    if (look) {
      swept.push(orphan)
      continue
    }
    try {
      await provider.removeTxt(receipt, signal)
      swept.push({ ...orphan, removed: true })
    } catch (error) {
      signal?.throwIfAborted()
      swept.push({ ...orphan, removed: false, error })
    }
  }
  return swept
}

/** The providers whose services keep marks. */
async function markingProviders(): Promise<readonly string[]> {
  const known = Object.entries(providers)
  const marking = await Promise.all(
    known.map(async ([name, load]) => ('orphans' in (await load()) ? [name] : [])),
  )
  return marking.flat()
}
