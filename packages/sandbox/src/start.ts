import { readFileSync } from 'node:fs'
import { main } from './main.ts'

/** Exit codes of processes that a signal has ended, 128 and its number. */
const signals = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** Runs the command line of this process. */
export async function start(): Promise<void> {
  const { stdout, stderr } = process
  const packageFile = new URL('../package.json', import.meta.url)
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }
  process.exitCode = await main(process.argv.slice(2), {
    stdout,
    stderr,
    version,
    signal: interruptions(),
  })
}

/** Aborts when the process is asked to stop; whoever asks twice does not want to wait. */
function interruptions(): AbortSignal {
  const interrupted = new AbortController()
  for (const [signal, exitCode] of Object.entries(signals)) {
    process.on(signal, () => {
      if (interrupted.signal.aborted) process.exit(exitCode)
      interrupted.abort()
    })
  }
  return interrupted.signal
}
