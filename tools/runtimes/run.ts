// One line a runtime. `--write` keeps the results in results.json and draws docs/reference/runtimes.md from them.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startSandbox } from '@certwright/sandbox'
import { rfc9773Certificate } from '../../packages/acme/test/der/rfc9773-certificate.ts'
import * as keys from '../../packages/acme/test/keys/rfc-keys.ts'
import { pageOf, type Result } from './page.ts'
import { answerServer, runtimes, versionOf, writeWorld } from './runtimes.ts'
import type { Outcome, Vectors } from './world.ts'

const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

const thumbprints = [
  ['RFC 7638 §3.1', keys.rfc7638, 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs'],
  ['RFC 8037 §A.3', keys.rfc8037, 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'],
  ['a zero before y', keys.leadingZeroY, 'WZsjbh58q8kl1WsGShqtiycImZtCgGbukDn4RAacMig'],
  ['a zero before x', keys.leadingZeroX, '7Yxe6c_3bAa6kiaK1G-BZmi9EeNsUmlcbdnrtLeuK4E'],
] as const
const vectors: Vectors = {
  signatures: keys.published,
  thumbprints: thumbprints.map(([source, jwk, thumbprint]) => ({ source, jwk, thumbprint })),
  certificate: rfc9773Certificate,
  certificateId: 'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE',
}

const sandbox = await startSandbox()
const answers = await answerServer(sandbox.httpPort)
const scratch = mkdtempSync(join(tmpdir(), 'certwright-runtimes-'))
writeWorld(scratch, {
  directoryUrl: sandbox.directoryUrl,
  rootPem: sandbox.rootPem,
  answersUrl: answers.url,
  name: 'www.example.test',
  vectors,
})

const results: Result[] = []
for (const runtime of runtimes) {
  if (!existsSync(runtime.program)) {
    throw new Error(`${runtime.name} is missing: run scripts/peers`)
  }
  const outcomes = await runtime
    .run(scratch)
    .catch((error: unknown): readonly Outcome[] => [
      { test: 'the list runs', outcome: 'failed', reason: String(error) },
    ])
  const result = { runtime: runtime.name, version: versionOf(runtime), outcomes }
  results.push(result)
  if (!values.json) process.stdout.write(`${lineOf(result)}\n`)
}
answers.close()
await sandbox.close()
rmSync(scratch, { recursive: true })

if (values.json) process.stdout.write(`${JSON.stringify(results)}\n`)
else process.stdout.write(`${counted(results.flatMap(({ outcomes }) => outcomes))}\n`)
if (values.write) {
  const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
  writeFileSync(file('results.json'), `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(file('../../docs/reference/runtimes.md'), pageOf(results))
}
if (results.some(({ outcomes }) => outcomes.some(({ outcome }) => outcome === 'failed'))) {
  process.exitCode = 1
}

function counted(outcomes: readonly Outcome[]): string {
  const of = (wanted: Outcome['outcome']): number =>
    outcomes.filter(({ outcome }) => outcome === wanted).length
  return `${of('passed')} passed, ${of('failed')} failed, ${of('skipped')} skipped`
}

function lineOf({ runtime, version, outcomes }: Result): string {
  const others = outcomes
    .filter(({ outcome }) => outcome !== 'passed')
    .map(({ test, outcome, reason }) => `\n  ${outcome}: ${test}: ${reason}`)
  return `${`${runtime} (${version})`.padEnd(24)} ${counted(outcomes)}${others.join('')}`
}
