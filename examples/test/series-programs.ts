import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** What acme.ini says instead of what the example's own says. */
export type Changes = Readonly<Record<string, string>>

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder with an acme.ini, in which the programs of the series run one after the other. */
export interface Series {
  readonly folder: string
  readonly text: (file: string) => string
  readonly set: (changes: Changes) => void
  /** Runs one program as a person would. */
  readonly run: (program: string, ...argv: readonly string[]) => Promise<Ran>
}

const programs = fileURLToPath(new URL('../series/', import.meta.url))

/** `rootPem` is trusted beside the system's roots; `env` is what the programs find credentials in. */
export function seriesIn(
  changes: Changes,
  {
    rootPem,
    env = {},
  }: { readonly rootPem: string; readonly env?: Readonly<Record<string, string>> },
): Series {
  const folder = mkdtempSync(join(tmpdir(), 'series-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = (name: string): string => join(folder, name)
  writeFileSync(file('root.pem'), rootPem)
  const set = (next: Changes, from = file('acme.ini')): void => {
    let ini = readFileSync(from, 'utf8')
    for (const [name, value] of Object.entries(next)) {
      ini = ini.replace(new RegExp(`^${name} =.*$`, 'm'), () => `${name} = ${value}`)
    }
    writeFileSync(file('acme.ini'), ini)
  }
  set(changes, join(programs, 'acme.ini'))
  return {
    folder,
    set,
    text: (name) => readFileSync(file(name), 'utf8'),
    run: async (program, ...argv) => {
      const child = spawn(process.execPath, [join(programs, `${program}.ts`), ...argv], {
        cwd: folder,
        env: { ...process.env, ...env, NODE_EXTRA_CA_CERTS: file('root.pem') },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let [stdout, stderr] = ['', '']
      child.stdout.on('data', (chunk) => (stdout += String(chunk)))
      child.stderr.on('data', (chunk) => (stderr += String(chunk)))
      const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
      return { code, stdout, stderr }
    },
  }
}
