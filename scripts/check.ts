import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** One gate a row: its name and its command. All of them run, so that one run shows every complaint. */
const gates: ReadonlyArray<readonly [name: string, command: readonly string[]]> = [
  ['format', ['oxfmt', '--check']],
  ['lint', ['oxlint', '--quiet']],
  ['dead code', ['knip', '--no-progress']],
  ['walls', ['node', 'scripts/walls.ts']],
  ['conformance', ['node', 'scripts/generate-conformance.ts', '--check']],
  ['matrix of peers', ['node', 'scripts/generate-matrix.ts', '--check']],

  ['reference of @certwright/acme', ['node', 'scripts/acme-reference.ts', '--check']],
  ['code of the pages', ['node', 'scripts/page-code.ts', '--check']],
  ['reference of Alibaba Cloud', ['node', 'scripts/generate-alibaba-reference.ts', '--check']],
  ['reference of targets', ['node', 'scripts/generate-target-reference.ts', '--check']],
  [
    'reference of the configuration',
    ['node', 'scripts/generate-configuration-reference.ts', '--check'],
  ],
  ...['acme', 'sandbox', 'certwright'].flatMap(
    (name) =>
      [
        [`package ${name}`, ['publint', '--strict', `packages/${name}`]],
        [`types of ${name}`, ['attw', '--pack', `packages/${name}`, '--profile', 'esm-only']],
      ] as const,
  ),
]

const failed: string[] = []
for (const [name, [program = '', ...args]] of gates) {
  const { code, output } = await run(program, args)
  process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name}\n`)
  if (code !== 0) {
    failed.push(name)
    process.stdout.write(output)
  }
}
process.exitCode = failed.length > 0 ? 1 : 0

function run(
  program: string,
  args: readonly string[],
): Promise<{ code: number | null; output: string }> {
  const child = spawn(program, args, { cwd: root, shell: process.platform === 'win32' })
  let output = ''
  child.stdout.on('data', (chunk) => (output += String(chunk)))
  child.stderr.on('data', (chunk) => (output += String(chunk)))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}
