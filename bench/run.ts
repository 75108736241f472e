// `npm run bench -- obtain [--quick] [--json]`: what a certificate costs us, a floor, acme-client, lego and certbot.
// `idle`: a tick of `certwright serve` with nothing to do. `start`: start-up and sizes. `--write` draws the reference.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { measureIdleTicks } from './idle-tick.ts'
import { measureObtain, type Measured } from './obtain.ts'
import { performancePage, type Results } from './page.ts'
import { measureSizes, measureStartUp } from './start-up.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const [what = 'obtain'] = positionals
const tell = (line: string): void => void process.stderr.write(`${line}\n`)

function tableOf({ rows, restarts }: Measured): string {
  const lines = rows.map((row) =>
    [
      row.contestant.padEnd(12),
      ...[row.rttMs, row.names, row.concurrency, row.validationS].map((n) => `${n}`.padStart(5)),
      ...[
        row.coldMs,
        row.certificatesPerSecond,
        row.cpuMs,
        row.requests,
        row.connections,
        row.rssMb,
      ].map((n) => (n?.toFixed(1) ?? '').padStart(9)),
    ].join(' '),
  )
  const head =
    'contestant     RTT names  once  VA s   cold ms   certs/s    CPU ms  requests     conns        MB'
  return [head, ...lines, `Pebble was restarted ${restarts} times`].join('\n')
}

if (what === 'obtain') {
  const measured = await measureObtain({ quick: values.quick, tell })
  if (!values.json) process.stdout.write(`${tableOf(measured)}\n`)
  else tell(tableOf(measured))
  if (values.write) keep({ obtain: measured })
  process.stdout.write(`${JSON.stringify(measured.summary)}\n`)
} else if (what === 'idle') {
  const idle = await measureIdleTicks()
  if (values.write) keep({ idle })
  process.stdout.write(`${JSON.stringify(idle)}\n`)
} else if (what === 'start') {
  const [start, sizes] = [await measureStartUp(values.quick ? 3 : 11), measureSizes()]
  if (values.write) keep({ start, sizes })
  process.stdout.write(`${JSON.stringify({ start, sizes })}\n`)
} else {
  process.stderr.write(`bench: there is nothing named ${what}: obtain, idle, start\n`)
  process.exitCode = 1
}

/** Adds to what was measured before, and draws the page of it all. */
function keep(part: Partial<Results>): void {
  const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
  const before = existsSync(file('results.json'))
    ? (JSON.parse(readFileSync(file('results.json'), 'utf8')) as Partial<Results>)
    : {}
  const results = { ...before, ...part }
  writeFileSync(file('results.json'), `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(file('../docs/reference/performance.md'), performancePage(results))
}
