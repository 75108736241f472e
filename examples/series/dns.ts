import type { Solver } from '@certwright/acme'
import { dnsSolver } from 'certwright'
import { setting, settings } from './settings.ts'

/** Answers dns-01 through the DNS service of acme.ini. Credentials come from the environment. */
export async function solver(): Promise<Solver> {
  const options = settings('DNSOptions').map((option) => {
    const at = option.indexOf('=')
    return [option.slice(0, at), option.slice(at + 1)] as const
  })
  const resolvers = settings('Resolver')
  return dnsSolver(setting('DNSProvider'), {
    options: Object.fromEntries(options),
    ...(resolvers.length > 0 && { resolvers }),
    propagationCheck: setting('PropagationCheck') !== 'no',
    env: process.env,
  })
}
