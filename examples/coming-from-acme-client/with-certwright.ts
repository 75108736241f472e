// The same with @certwright/acme.
import {
  acmeClient,
  createCsr,
  identifierFrom,
  newAccount,
  obtain,
  revokeCertificate,
  type Solver,
} from '@certwright/acme'
import { generateKeyObject, keyObjectSigner, nodeTransport } from '@certwright/acme/node'
import { answers, directoryUrl, name } from './web-server.ts'

const client = acmeClient({ directoryUrl, transport: nodeTransport() })
const accountSigner = keyObjectSigner(await generateKeyObject('ec256'))
const { account } = await newAccount(client, accountSigner, { termsOfServiceAgreed: true })

const http01: Solver = {
  type: 'http-01',
  present: async ({ token, keyAuthorization }) => {
    answers.set(token, keyAuthorization)
    return { token }
  },
  cleanUp: async ({ token = '' }) => {
    answers.delete(token)
  },
}
const identifiers = [identifierFrom(name)]
const key = keyObjectSigner(await generateKeyObject('ec256'))
const { chain } = await obtain(client, account, {
  identifiers,
  solvers: [http01],
  csr: () => createCsr({ identifiers, key }),
})
const [certificate = new Uint8Array()] = chain.certificates
await revokeCertificate(client, account, { certificate })
process.stdout.write(chain.pem)
