import { readFileSync } from 'node:fs'

/** The version of this package, as its manifest says. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  )
  return (manifest as { readonly version: string }).version
}

/** Whether a command line asks for the version and nothing else: it is answered before anything is loaded. */
export function asksVersion(argv: readonly string[]): boolean {
  return argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')
}
