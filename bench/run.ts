// `npm run bench -- obtain [--quick] [--json]`: what a certificate costs us, a floor, acme-client, lego and certbot.
import { parseArgs } from 'node:util'
import { measureObtain, type Measured } from './obtain.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
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
      ].map((n) => n.toFixed(1).padStart(9)),
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
  process.stdout.write(`${JSON.stringify(measured.summary)}\n`)
} else {
  process.stderr.write(`bench: there is nothing named ${what}\n`)
  process.exitCode = 1
}
