// A certificate by http-01, then revoked, with npm's acme-client.
import { Client, crypto } from 'acme-client'
import { answers, directoryUrl, name } from './web-server.ts'

const client = new Client({
  directoryUrl,
  accountKey: await crypto.createPrivateEcdsaKey(),
})
const [, csr] = await crypto.createCsr({ altNames: [name] }, await crypto.createPrivateEcdsaKey())

const chain = await client.auto({
  csr,
  termsOfServiceAgreed: true,
  skipChallengeVerification: true,
  challengePriority: ['http-01'],
  challengeCreateFn: async (_authorization, { token }, keyAuthorization) => {
    answers.set(token, keyAuthorization)
  },
  challengeRemoveFn: async (_authorization, { token }) => {
    answers.delete(token)
  },
})
await client.revokeCertificate(chain)
process.stdout.write(chain)
