// Runs one command line in a process that dies by SIGKILL at its n-th point: before each write to a file or the
// database, and before and after each exchange with the CA. `0` lives on. The last line of its output is a `Fate`.
import { readFileSync, writeSync } from 'node:fs'
import type { Transport } from '@certwright/acme'
import { nodeTransport } from '@certwright/acme/node'
import { runCertwright } from '../../src/cli/main.ts'
import { systemHost } from '../../src/runtime/host.ts'
import { lentDatabase } from '../store/lent-database.ts'
import { lentFiles } from '../store/lent-files.ts'

export interface Fate {
  readonly points: number
  readonly last: string
}

const [deathAt = '0', aheadMs = '0', ...argv] = process.argv.slice(2)
let points = 0

function point(last: string): void {
  points += 1
  if (points !== Number(deathAt)) return
  tell(last)
  process.kill(process.pid, 'SIGKILL')
}

const recent: string[] = []

/** Looking at the same once more is no new point: how often a poll looks depends on how busy the machine is. */
function exchangePoint(last: string): void {
  recent.push(last)
  if (recent.at(-3) !== last) point(last)
}

function tell(last: string): void {
  const fate: Fate = { points, last }
  writeSync(1, `\n${JSON.stringify(fate)}\n`)
}

function mortalTransport(caFile: string | undefined): Transport {
  const transport = nodeTransport(caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') })
  return {
    async exchange(request, signal) {
      exchangePoint(`before ${request.method} ${request.url}`)
      const response = await transport.exchange(request, signal)
      exchangePoint(`after ${request.method} ${request.url}`)
      return response
    },
    close: () => transport.close?.(),
  }
}

const writes = /^\s*(insert|update|delete|replace|create|commit)/i
const ahead = Number(aheadMs)

process.exitCode = await runCertwright(argv, {
  host: { ...systemHost, now: () => systemHost.now() + ahead },
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  cwd: process.cwd(),
  home: process.cwd(),
  isRoot: false,
  transport: ({ caFile }) => mortalTransport(caFile),
  openDatabase: (path) =>
    lentDatabase(path, (sql) => {
      if (!writes.test(sql)) return
      point(`before ${sql.slice(0, 60)}`)
    }),
  fs: lentFiles({ before: (call, path) => point(`before ${call} ${path}`) }),
})
tell('the end')
