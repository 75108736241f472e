// Mutation testing of packages/acme: `npm run mutation [-- FILE…]`, a FILE as `retry` or `der/pem`. Takes an hour. What
// it finds is merged into scripts/mutation/found.json, from which docs/reference/mutation.md is written; with `--report`
// that alone.
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { inCode, lineOf, mutationPage } from './mutation/page.ts'
import { type Findings, livingIn, merged, recordText, staleIn } from './mutation/record.ts'
import { folder, foundIn, type MutationReport } from './mutation/report.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const record = `${root}scripts/mutation/found.json`

const sources = Object.fromEntries(
  globSync('**/*.ts', { cwd: `${root}${folder}` }).map(
    (file) => [file, readFileSync(`${root}${folder}${file}`, 'utf8')] as const,
  ),
)
// Their tests take real time, and so are run for them alone.
const onSockets = new Set(['node/node-transport', 'node/connection', 'node/tunnel'])
const names = process.argv.slice(2)
if (!names.includes('--report')) mutateAll()

const findings = JSON.parse(readFileSync(record, 'utf8')) as Findings
writeFileSync(`${root}docs/reference/mutation.md`, mutationPage(findings, sources))
const complaints = [
  ...livingIn(findings)
    .filter(({ why }) => why === undefined)
    .map((one) => `lives, unexplained: ${lineOf(one)}, in ${inCode(one.within)}`),
  ...staleIn(findings, sources).map(
    ({ file, code, to = '…' }) => `explained, but does not live: ${file}: ${code} → ${to}`,
  ),
]
for (const one of complaints) process.stderr.write(`${one}\n`)
process.exitCode = complaints.length > 0 ? 1 : 0

function mutateAll(): void {
  if (!existsSync(`${root}tools/mutation/node_modules`)) {
    run('npm', ['ci', '--loglevel=error'], { cwd: `${root}tools/mutation` })
  }
  const all = Object.keys(sources).map((file) => file.replace(/\.ts$/, ''))
  const chosen = names.length === 0 ? all : names
  mutate(chosen.filter((name) => !onSockets.has(name)))
  mutate(
    chosen.filter((name) => onSockets.has(name)),
    { MUTATE_NODE_TRANSPORT: '1' },
  )
}

/** And keeps what was found in these files alone: the report has those of earlier runs, too. */
function mutate(names: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  if (names.length === 0) return
  const files = names.map((name) => `${name}.ts`)
  const paths = files.map((file) => `${folder}${file}`).join(',')
  const options = ['run', 'tools/mutation/stryker.config.json', '--mutate', paths]
  run(`${root}tools/mutation/node_modules/.bin/stryker`, options, { env })
  const report = readFileSync(`${root}reports/mutation/mutation.json`, 'utf8')
  const found = Object.entries(foundIn(JSON.parse(report) as MutationReport)).filter(([file]) =>
    files.includes(file),
  )
  const known = JSON.parse(readFileSync(record, 'utf8')) as Findings
  writeFileSync(record, recordText(merged(known, Object.fromEntries(found), sources)))
}

function run(
  program: string,
  args: readonly string[],
  { cwd = root, env = {} }: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): void {
  const { status } = spawnSync(program, args, {
    ...{ cwd, stdio: 'inherit' },
    env: { ...process.env, ...env },
  })
  if (status !== 0) process.exit(status ?? 1)
}
