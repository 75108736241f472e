import { dnsPersistOffer, type Solver } from '@certwright/acme'

/**
 * Answers dns-persist-01 (draft ietf-acme-dns-persist), whose record stands before the order and after it: nothing is
 * published and nothing is withdrawn. Whether the record stands is asked before anything is ordered.
 */
export function dnsPersist01(): Solver {
  return {
    type: 'dns-persist-01',
    tokenless: true,
    ephemeral: true,
    accepts: ({ type }) => type === 'dns',

    async present({ type, url, raw = {} }) {
      // "Clients MUST consider a challenge malformed if the `issuer-domain-names` array is empty or … more than 10".
      dnsPersistOffer({ type, url, raw, status: 'pending' })
      return {}
    },

    cleanUp: () => Promise.resolve(),
  }
}
