// Runs on whatever Node the machine has: installs what the lockfile names, then compiles. Quick when nothing changed.
// Runs the script that is named after it on the Node that was installed: a shell would go on with the one it knows.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = join(root, 'node_modules', '.setup')
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')

/** @type {(command: string, args: readonly string[]) => void} */
const run = (command, args) => {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  })
  if (error || status !== 0) {
    process.stderr.write(
      `setup: ${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}\n`,
    )
    process.exit(1)
  }
}

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  process.stderr.write('setup: installing what package-lock.json names\n')
  // Not `npm ci`: it refuses a lockfile in which a registry lacks binaries for machines that nobody here has.
  run('npm', ['install', '--no-save', '--loglevel=error'])
  writeFileSync(stamp, wanted)
}
const node = join(root, 'node_modules', '.bin', 'node')
run(node, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b'])
run(node, [join(root, 'scripts', 'bundle.ts')])

const [script, ...args] = process.argv.slice(2)
if (script !== undefined) {
  const { status } = spawnSync(node, [script, ...args], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  process.exitCode = status ?? 1
}
