import { readFileSync } from 'node:fs'

// Writes a file's bytes as they are.
process.stdout.write(readFileSync(process.argv[2] ?? ''))
