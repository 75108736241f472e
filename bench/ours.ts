import { readFileSync } from 'node:fs'
import {
  acmeClient,
  createCsr,
  identifierFrom,
  newAccount,
  obtain,
  type Solver,
} from '@certwright/acme'
import { generateKeyObject, keyObjectSigner, nodeTransport } from '@certwright/acme/node'
import { compete } from './contestant.ts'

/** The CA validates nothing here, so that only the protocol is measured. */
const solver: Solver = {
  type: 'http-01',
  present: async () => ({}),
  cleanUp: async () => {},
}

await compete(async ({ directoryUrl, caFile }) => {
  const transport = nodeTransport({ ca: readFileSync(caFile, 'utf8') })
  const client = acmeClient({ directoryUrl, transport })
  const signer = keyObjectSigner(await generateKeyObject('ec256'))
  const { account } = await newAccount(client, signer, { termsOfServiceAgreed: true })
  return async (name) => {
    const identifiers = [identifierFrom(name)]
    const key = keyObjectSigner(await generateKeyObject('ec256'))
    await obtain(client, account, {
      identifiers,
      solvers: [solver],
      csr: () => createCsr({ identifiers, key }),
    })
  }
})
process.exit(0)
