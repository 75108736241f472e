import { join } from 'node:path'
import { afterAll, afterEach, describe } from 'vitest'
import { endPeers, find, removeFolders, root, run, type Ran } from './process.ts'

export { freePort, peer, run, start, temporaryFolder, type Ran } from './process.ts'

afterEach(endPeers)
afterAll(removeFolders)

/** Tests that need these peers. In CI a missing one fails; elsewhere it is a skip that says what to install. */
export function describeWith(programs: readonly string[], name: string, tests: () => void): void {
  const missing = programs.filter((program) => find(program) === undefined)
  if (missing.length === 0 || process.env['CI']) describe(name, tests)
  else describe.skip(`${name} (missing ${missing.join(', ')}: run scripts/peers)`, tests)
}

/** Runs our own command, built, in a process of its own, whatever comes of it. */
export async function refusedOrDone(
  args: readonly string[],
  options: { env?: Record<string, string>; input?: string } = {},
): Promise<Ran> {
  const command = join(root, 'packages/certwright/bin/certwright.cjs')
  return run(process.execPath, [command, ...args, '--json'], options)
}

/** Runs our own command, built, in a process of its own, and returns its one JSON document. */
export async function certwright(
  args: readonly string[],
  options: { env?: Record<string, string>; input?: string } = {},
): Promise<Ran & { json: Record<string, unknown> }> {
  const ran = await refusedOrDone(args, options)
  if (ran.code !== 0) throw new Error(`certwright ${args.join(' ')}: ${ran.stdout}${ran.stderr}`)
  return { ...ran, json: JSON.parse(ran.stdout) as Record<string, unknown> }
}

/** For certbot, which gives up when two nonces in a row are refused. */
export async function refusesNoNonce(controlUrl: string): Promise<void> {
  const { ok } = await fetch(`${controlUrl}/cas/default/knobs`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ nonceRejectPercent: 0 }),
  })
  if (!ok) throw new Error('the sandbox keeps to its knobs')
}
