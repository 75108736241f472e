import { spawn, type ChildProcess } from 'node:child_process'

export interface ProgramOptions {
  /** All of its environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd?: string | undefined
  /** What it reads from its standard input, which is closed after it; closed at once by default. */
  readonly input?: string | Uint8Array | undefined
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** How a program has ended. */
export interface ProgramEnd {
  /**
   * Its exit status, or why it has none: the signal that ended it, `ETIMEDOUT`, or the system's code where it was
   * never begun, e.g. `ENOENT`.
   */
  readonly exit: number | string
  /** The last 64 KiB. */
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a program without a shell and waits for its end, not for that of what it leaves running. It has a process group
 * of its own, which is killed whole at the deadline and on an abort. Throws the signal's reason alone.
 */
export async function runProgram(
  [program, ...args]: readonly [string, ...string[]],
  { env, cwd, input, timeoutMs, signal }: ProgramOptions,
): Promise<ProgramEnd> {
  signal?.throwIfAborted()
  const patience = AbortSignal.timeout(timeoutMs)
  const either = signal ? AbortSignal.any([signal, patience]) : patience
  const child = spawn(program, args, { env: { ...env }, cwd, detached: hasGroups })
  const [stdout, stderr] = [tailOf(child.stdout), tailOf(child.stderr)]
  // A program need not read its input.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const stop = (): void => killGroup(child)
  either.addEventListener('abort', stop, { once: true })
  try {
    const exit = await endOf(child)
    signal?.throwIfAborted()
    return { exit: patience.aborted ? 'ETIMEDOUT' : exit, stdout: stdout(), stderr: stderr() }
  } finally {
    either.removeEventListener('abort', stop)
    child.stdout.destroy()
    child.stderr.destroy()
  }
}

const hasGroups = process.platform !== 'win32'

function killGroup(child: ChildProcess): void {
  if (!hasGroups || child.pid === undefined) {
    child.kill('SIGKILL')
    return
  }
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}

/** How long output may still come from a program that has ended, while what it left running holds its pipes open. */
const lingerMs = 250

async function endOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    child.once('exit', (code, killedBy) => {
      const end = (): void => resolve(killedBy ?? code ?? '-')
      const linger = setTimeout(end, lingerMs)
      child.once('close', () => {
        clearTimeout(linger)
        end()
      })
    })
  })
}

/** Reads a stream to its end, whatever its length, and keeps its last 64 KiB. */
function tailOf(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    text = (text + chunk).slice(-65_536)
  })
  return () => text
}

/** The last five lines, each cut to 300 characters: what an error shows of a program's output. */
export function lastLines(text: string): string {
  const lines = text.trimEnd().split(/\r?\n/).slice(-5)
  return lines.map((line) => line.slice(0, 300)).join('\n  ')
}
