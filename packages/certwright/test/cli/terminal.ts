import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { onTestFinished } from 'vitest'
import { runCertwright, type World } from '../../src/cli/main.ts'
import { systemHost } from '../../src/runtime/host.ts'

/** What a command line left behind. */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A sink that keeps what is written to it. */
export function recorder(): Writable & { readonly text: () => string } {
  const chunks: Buffer[] = []
  const sink = new Writable({
    write(chunk: Buffer | string, _encoding, done) {
      chunks.push(Buffer.from(chunk))
      done()
    },
  })
  return Object.assign(sink, { text: () => Buffer.concat(chunks).toString('utf8') })
}

/** A directory of the test's own. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'certwright-cli-'))
  onTestFinished(async () => rm(directory, { recursive: true, force: true }))
  return directory
}

/** Runs command lines in a world of their own: no network, no terminal, English, its own state. */
export interface Terminal {
  readonly directory: string
  readonly run: (argv: readonly string[], world?: Partial<World>) => Promise<Outcome>
}

export async function terminal(defaults: Partial<World> = {}): Promise<Terminal> {
  const directory = await temporaryDirectory()
  return {
    directory,
    async run(argv, world) {
      const stdout = recorder()
      const stderr = recorder()
      const code = await runCertwright(argv, {
        host: systemHost,
        env: { CERTWRIGHT_STATE: join(directory, 'state') },
        stdin: new PassThrough(),
        stdout,
        stderr,
        cwd: directory,
        home: directory,
        isRoot: false,
        ...defaults,
        ...world,
      })
      return { code, stdout: stdout.text(), stderr: stderr.text() }
    },
  }
}
