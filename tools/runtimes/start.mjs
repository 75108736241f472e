// On Node, Bun and Deno: reads the world from the file that is named, runs the list, prints what became of it.
import { readFileSync } from 'node:fs'
import { runList } from './list.mjs'

/** @import { World } from './world.ts' */

const world = /** @type {World} */ (JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')))

/**
 * Node trusts the root by NODE_EXTRA_CA_CERTS, Deno by --cert; Bun's fetch is told it.
 * @type {typeof globalThis.fetch}
 */
const fetch = (input, init) =>
  globalThis.fetch(
    input,
    'Bun' in globalThis ? Object.assign({ tls: { ca: world.rootPem } }, init) : init,
  )

console.log(JSON.stringify(await runList({ world, fetch })))
// What a runtime keeps open for a while is not waited for.
process.exit(0)
