// Fuzzes every parser: `npm run fuzz -- --inputs 1000000 [--seed N] [--only NAME]`. Ends with 1 where one has failed.
import { parseArgs } from 'node:util'
import { fuzz } from './fuzz/run.ts'

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '20000' },
    seed: { type: 'string' },
    only: { type: 'string' },
  },
})

const started = performance.now()
const report = await fuzz({
  inputs: Number(values.inputs),
  ...(values.seed !== undefined && { seed: Number(values.seed) }),
  ...(values.only !== undefined && { only: values.only }),
})

const mib = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`
const width = Math.max(0, ...report.targets.map(({ name }) => name.length))
for (const { name, inputs, refused, slowestMs, slowest } of report.targets) {
  const counts = `${String(inputs).padStart(7)} inputs, ${String(refused).padStart(7)} refused`
  const slow = `slowest ${slowestMs.toFixed(1).padStart(6)} ms ${slowest.slice(0, 32)}…`
  process.stdout.write(`${name.padEnd(width)}  ${counts}, ${slow}\n`)
}
const inputs = report.targets.reduce((sum, one) => sum + one.inputs, 0)
const seconds = ((performance.now() - started) / 1000).toFixed(1)
process.stdout.write(
  `${inputs} inputs in ${seconds} s, seed ${report.seed}; heap ${mib(report.heapBefore)} before, ${mib(report.heapAfter)} after\n`,
)
for (const failure of report.failures) process.stdout.write(`FAILED ${failure}\n`)
process.exitCode = report.failures.length > 0 ? 1 : 0
