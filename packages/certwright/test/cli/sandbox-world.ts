import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startSandbox, type Sandbox, type SandboxOptions } from '@certwright/sandbox'
import { onTestFinished } from 'vitest'
import type { World } from '../../src/cli/main.ts'
import { systemHost, type Host } from '../../src/runtime/host.ts'
import { terminal, type Outcome } from './terminal.ts'

/** A terminal beside a CA and a DNS server. */
export interface SandboxWorld {
  readonly sandbox: Sandbox
  readonly directory: string
  readonly run: (argv: readonly string[], world?: Partial<World>) => Promise<Outcome>
  /** `issue` by http-01 from the sandbox's CA. */
  readonly issue: (
    names: readonly string[],
    more?: readonly string[],
    world?: Partial<World>,
  ) => Promise<Outcome>
  /** What every command that makes an account needs. */
  readonly ca: readonly string[]
}

/** Waits as it is told to, but never long. */
export const hurried: Host = {
  ...systemHost,
  sleep: (ms, signal) => systemHost.sleep(Math.min(ms, 20), signal),
}

const atOnce = { min: 0, max: 0 }

export async function sandboxWorld(
  { ca: knobs, ...options }: SandboxOptions = {},
  defaults: Partial<World> = {},
): Promise<SandboxWorld> {
  const quick = { validationDelayMs: atOnce, issuanceDelayMs: atOnce }
  const sandbox = await startSandbox({ ...options, ca: { ...quick, ...knobs } })
  onTestFinished(async () => {
    await sandbox.close()
  })
  const { run, directory } = await terminal({ host: hurried, ...defaults })
  const rootFile = join(directory, 'root.pem')
  await writeFile(rootFile, sandbox.rootPem)
  const ca = ['--issuer', sandbox.directoryUrl, '--ca-file', rootFile, '--agree-tos']
  return {
    sandbox,
    directory,
    run,
    ca,
    issue: (names, more = [], world = {}) =>
      run(['issue', ...names, ...ca, '--http-port', String(sandbox.httpPort), ...more], world),
  }
}
