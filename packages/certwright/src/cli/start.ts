import { homedir } from 'node:os'
import { keepCompiled } from './compile-cache.ts'
import { Interruption } from './interruption.ts'
import { asksVersion, packageVersion } from './version.ts'
import type { World } from './world.ts'

/** Runs the command line of this process in the machine's own world. */
export async function start(): Promise<void> {
  const { stdout, env } = process
  const argv = process.argv.slice(2)
  if (asksVersion(argv)) {
    stdout.write(`${packageVersion()}\n`)
    return
  }
  keepCompiled(env, env['HOME'])
  hushSqliteWarning()
  const { signal, onHangup } = interruptions()
  // `certwright list | head` closes the pipe early; that is no failure.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  const [{ systemHost }, { runCertwright }] = await Promise.all([
    import('../runtime/host.ts'),
    import('./main.ts'),
  ])
  process.exitCode = await runCertwright(argv, {
    host: systemHost,
    env,
    stdout,
    // Opened when they are used.
    get stdin() {
      return process.stdin
    },
    get stderr() {
      return process.stderr
    },
    cwd: process.cwd(),
    home: env['HOME'] ?? homedir(),
    isRoot: process.getuid?.() === 0,
    signal,
    onHangup,
  })
}

/** Aborts when the process is asked to stop, so that what was published can be withdrawn first. */
function interruptions(): Required<Pick<World, 'signal' | 'onHangup'>> {
  const interrupted = new AbortController()
  let listener: (() => void) | undefined
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (signal === 'SIGHUP' && listener) return listener()
      const interruption = new Interruption(signal)
      // Whoever asks twice does not want to wait for that.
      if (interrupted.signal.aborted) process.exit(interruption.exitCode)
      interrupted.abort(interruption)
    })
  }
  return {
    signal: interrupted.signal,
    onHangup(heard) {
      listener = heard
      return () => {
        listener = undefined
      }
    },
  }
}

/** Node 22 says on each start that its SQLite may change. Nobody who runs a command can do anything about that. */
function hushSqliteWarning(): void {
  const emitWarning = process.emitWarning.bind(process) as (...parts: readonly unknown[]) => void
  Object.assign(process, {
    emitWarning(...parts: readonly unknown[]) {
      if (!String(parts[0]).startsWith('SQLite is an experimental feature')) emitWarning(...parts)
    },
  })
}
