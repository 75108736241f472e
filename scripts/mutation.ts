// Mutation testing of packages/acme: `npm run mutation [-- FILE…]`, a FILE as `retry` or `der/pem`. Takes an hour; what it
// found is kept in reports/ and built upon. Then writes docs/reference/mutation.md; with `--report` that alone.
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { mutationDocument, type MutationReport } from './mutation/report.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

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

if (!existsSync(`${root}tools/mutation/node_modules`)) {
  run('npm', ['ci', '--loglevel=error'], { cwd: `${root}tools/mutation` })
}
// Their tests take real time, and so are run for them alone.
const onSockets = ['node/node-transport', 'node/connection', 'node/tunnel']
const files = process.argv.slice(2)
if (!files.includes('--report')) mutateAll()

function mutateAll(): void {
  const others = files.filter((file) => !onSockets.includes(file))
  const chosen = files.length === 0 ? onSockets : files.filter((file) => onSockets.includes(file))
  if (files.length === 0) mutate([])
  if (others.length > 0) mutate(others)
  if (chosen.length > 0) mutate(chosen, { MUTATE_NODE_TRANSPORT: '1' })
}

function mutate(names: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const paths = names.map((file) => `packages/acme/src/${file}.ts`)
  const options = ['run', 'tools/mutation/stryker.config.json']
  const chosen = paths.length > 0 ? ['--mutate', paths.join(',')] : []
  run(`${root}tools/mutation/node_modules/.bin/stryker`, [...options, ...chosen], { env })
}

const report = readFileSync(`${root}reports/mutation/mutation.json`, 'utf8')
const paths = globSync('packages/acme/src/**/*.ts', { cwd: root })
const sources = Object.fromEntries(
  paths.map((path) => [path, readFileSync(`${root}${path}`, 'utf8')] as const),
)
const { document, unexplained } = mutationDocument(JSON.parse(report) as MutationReport, sources)
writeFileSync(`${root}docs/reference/mutation.md`, document)
for (const one of unexplained) process.stderr.write(`lives, unexplained: ${one}\n`)
process.exitCode = unexplained.length > 0 ? 1 : 0
