// Writes docs/reference/matrix.md from peers/matrix.json; `--check` only compares. `--measure` first runs the tests that
// measure against the real peers, and writes what they measured into peers/matrix.json where all of them passed.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cellsFile, committedCells, measuring, parts, type Cell } from '../peers/cells.ts'
import { matrixPage } from '../peers/matrix-page.ts'

const path = fileURLToPath(new URL('../docs/reference/matrix.md', import.meta.url))

if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== matrixPage(committedCells())) {
    process.stderr.write('docs/reference/matrix.md is not what peers/matrix.json says\n')
    process.exitCode = 1
  }
} else if (!process.argv.includes('--measure') || measured()) {
  writeFileSync(path, matrixPage(committedCells()))
} else {
  process.stderr.write('matrix: something failed, so that nothing was written\n')
  process.exitCode = 1
}

/** Runs the tests and keeps their cells; false, and nothing kept, where one failed. */
function measured(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'certwright-matrix-'))
  try {
    const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
    const files = parts.map((part) => `peers/matrix-${part}.test.ts`)
    const { status } = spawnSync(
      process.execPath,
      [vitest, 'run', '--project', 'peers', ...files],
      {
        cwd: fileURLToPath(new URL('..', import.meta.url)),
        stdio: 'inherit',
        // In CI a peer that is missing is a failure.
        env: { ...process.env, CI: '1', [measuring]: folder },
      },
    )
    if (status !== 0) return false
    const cells = parts.map((part) => [
      part,
      JSON.parse(readFileSync(join(folder, `${part}.json`), 'utf8')) as readonly Cell[],
    ])
    writeFileSync(cellsFile, `${JSON.stringify(Object.fromEntries(cells), null, 2)}\n`)
    return true
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
