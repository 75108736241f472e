import { readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { chainPem } from '../samples.ts'

// Reads the current pair over and over until it is told to end; fails at the first one that is not a pair.
const [directory = ''] = process.argv.slice(2)
let reads = 0
let last = 0
const end = new AbortController()
process.on('SIGTERM', () => end.abort())
process.stdout.write('reading\n')
while (!end.signal.aborted) {
  const version = realpathSync(join(directory, 'current'))
  const key = readFileSync(join(version, 'privkey.pem'), 'utf8')
  const chain = readFileSync(join(version, 'fullchain.pem'), 'utf8')
  if (chain !== chainPem(key)) throw new Error(`${key} stands beside ${chain}`)
  reads++
  last = Number(key.replace('pair ', ''))
  await turn()
}
process.stdout.write(JSON.stringify({ reads, last }))
