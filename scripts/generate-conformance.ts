// Writes docs/reference/conformance.md; `--check` only compares. Ends with 1 where anything has no test.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { conformance } from './conformance/conformance.ts'
import { testTitles } from './conformance/titles.ts'

const path = fileURLToPath(new URL('../docs/reference/conformance.md', import.meta.url))
const { document, faults } = conformance(await testTitles())
for (const fault of faults) process.stderr.write(`${fault}\n`)
process.exitCode = faults.length > 0 ? 1 : 0

if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== document) {
    process.stderr.write('docs/reference/conformance.md is not what `npm run conformance` writes\n')
    process.exitCode = 1
  }
} else if (faults.length === 0) {
  writeFileSync(path, document)
}
