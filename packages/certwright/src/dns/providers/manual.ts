import { CertwrightError } from '../../runtime/error.ts'
import { optionValues, renamed, type Elsewhere, type ProviderContext } from '../provider-options.ts'
import type { DnsProvider, ProviderOption } from '../provider.ts'
import { takingTurns } from '../turn.ts'

export const options = [] as const satisfies readonly ProviderOption[]

export const elsewhere: readonly Elsewhere[] = [
  { client: 'acme.sh', name: 'dns', optionsFrom: renamed({}) },
  { client: 'lego', name: 'manual', optionsFrom: renamed({}) },
]

/**
 * Asks a person to add each value, one after the other. What they added stays: taking it away is theirs too, and
 * nobody may be there when it is due.
 */
export function provider(
  values: Readonly<Record<string, string>>,
  { ask, env }: ProviderContext,
): DnsProvider {
  optionValues('manual', options, values, env)
  const inTurn = takingTurns()
  const added = new Set<string>()

  return {
    ignoresZone: true,

    async addTxt(record, signal) {
      const { name, value } = record
      if (!ask) throw new CertwrightError('DNS_MANUAL_NO_TERMINAL', { name })
      await inTurn(async () => {
        signal?.throwIfAborted()
        if (added.has(`${name} ${value}`)) return
        await ask(record)
        added.add(`${name} ${value}`)
      })
      return { name, value }
    },

    async removeTxt() {},
  }
}
