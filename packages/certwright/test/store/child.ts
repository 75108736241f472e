import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export interface ChildEnd {
  /** Every byte as the character of its number. */
  readonly stdout: string
  readonly stderr: string
  readonly signal: NodeJS.Signals | null
  readonly code: number | null
}

export interface RunningChild {
  readonly child: ChildProcess
  /** What it has written to its standard output so far. */
  output(): string
  readonly end: Promise<ChildEnd>
}

/** Starts one of the programs in `children/`. It does not outlive the test. */
export function startChild(program: string, args: readonly string[]): RunningChild {
  const path = fileURLToPath(new URL(`children/${program}`, import.meta.url))
  const child = spawn(process.execPath, ['--no-warnings', path, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('latin1').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  const end = once(child, 'close').then((closed) => {
    const [code, signal] = closed as [number | null, NodeJS.Signals | null]
    return { ...output, code, signal }
  })
  return { child, output: () => output.stdout, end }
}

/** Runs one of the programs in `children/` to its end. */
export async function runChild(program: string, args: readonly string[]): Promise<ChildEnd> {
  return startChild(program, args).end
}
