// On workerd: the same, as a worker that answers a request. Its network trusts the root by its configuration.
import { runList } from './list.mjs'

/**
 * @import { World } from './world.ts'
 * @param {Request} _request
 * @param {{ WORLD: World }} env
 */
const answer = async (_request, { WORLD: world }) =>
  Response.json(await runList({ world, fetch: (input, init) => globalThis.fetch(input, init) }))

// oxlint-disable-next-line import/no-default-export -- a worker is its module's default export
export default { fetch: answer }
