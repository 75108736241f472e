import { readFileSync } from 'node:fs'
import {
  acmeClient,
  createCsr,
  fetchTransport,
  identifierFrom,
  newAccount,
  obtain,
  type Solver,
} from '@certwright/acme'
import { generateKeyObject, keyObjectSigner, nodeTransport } from '@certwright/acme/node'
import { compete } from './contestant.ts'

/** The CA looks at no answer here, so that only the protocol is measured. */
const solver: Solver = {
  type: 'http-01',
  present: async () => ({}),
  cleanUp: async () => {},
}

// By fetch the CA is trusted through NODE_EXTRA_CA_CERTS.
const byFetch = process.argv[2] === 'fetch'

await compete(async ({ directoryUrl, caFile }) => {
  const transport = byFetch ? fetchTransport() : nodeTransport({ ca: readFileSync(caFile, 'utf8') })
  const client = acmeClient({ directoryUrl, transport })
  const signer = keyObjectSigner(await generateKeyObject('ec256'))
  const { account } = await newAccount(client, signer, { termsOfServiceAgreed: true })
  return async (names) => {
    const identifiers = names.map((name) => identifierFrom(name))
    const key = keyObjectSigner(await generateKeyObject('ec256'))
    await obtain(client, account, {
      identifiers,
      solvers: [solver],
      csr: () => createCsr({ identifiers, key }),
    })
  }
})
process.exit(0)
