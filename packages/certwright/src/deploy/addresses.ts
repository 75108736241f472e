import { lookup as lookupName, type LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
import { promisify } from 'node:util'

/** Finds every address of a name, as the machine's own programs would. */
export type Lookup = (host: string) => Promise<readonly LookupAddress[]>

const lookupAll = promisify(lookupName)

/** The machine's resolver: its hosts file, then DNS; A and AAAA. */
export const systemLookup: Lookup = async (host) =>
  lookupAll(host, { all: true, order: 'verbatim' })

/** Every address of a host, each once; an address is its own. */
export async function addressesOf(
  host: string,
  lookup: Lookup = systemLookup,
): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host]
  const found = await lookup(host)
  return [...new Set(found.map(({ address }) => address))]
}
