import { peer, run } from './process.ts'

/** What the program at this path says its version is, by the first group of a pattern. */
export async function versionSaid(
  program: string,
  pattern: RegExp,
  args: readonly string[] = ['--version'],
): Promise<string> {
  const { stdout, stderr } = await run(program, args)
  const said = pattern.exec(stdout + stderr)?.[1]
  if (said === undefined) throw new Error(`${program} says no version: ${stdout}${stderr}`)
  return said
}

/** The version of the module that a Go program was built from, where the program itself says `dev`. */
export async function moduleVersion(program: string): Promise<string> {
  return versionSaid(peer('go'), /^\tmod\t\S+\tv(\d\S*)/m, ['version', '-m', peer(program)])
}

/** The version that Debian has packaged, where the program itself says none. */
export async function packagedVersion(name: string): Promise<string> {
  const args = ['-W', '-f', '${Version}', name]
  return versionSaid(peer('dpkg-query'), /^(?:\d+:)?(\d.*?)(?:-[^-]*)?$/, args)
}
