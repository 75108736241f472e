import { languageOf } from './language.ts'
import { asksVersion, packageVersion } from './version.ts'
import type { World } from './world.ts'

export type { World } from './world.ts'

/**
 * Runs one command line, e.g. `['list', '--json']`, in the world that is lent. Resolves with the exit code and
 * never rejects: what goes wrong is told on standard error, or as JSON on standard output.
 */
export async function runCertwright(argv: readonly string[], world: World): Promise<number> {
  if (asksVersion(argv)) {
    world.stdout.write(`${packageVersion()}\n`)
    return 0
  }
  const language = languageOf(argv, world.env)
  if (argv[0] === 'complete') {
    const { complete } = await import('./completion.ts')
    return complete(argv.slice(argv[1] === '--' ? 2 : 1), world, language)
  }
  const { runCommandLine } = await import('./run.ts')
  return runCommandLine(argv, world, language)
}
