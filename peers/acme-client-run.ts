// Obtains and revokes one certificate with npm's acme-client; its CA is trusted through NODE_EXTRA_CA_CERTS.
import { createServer } from 'node:http'
import { Client, crypto } from 'acme-client'

const [directoryUrl = '', name = '', port] = process.argv.slice(2)
const answers = new Map<string, string>()
const server = createServer((request, response) => {
  const answer = answers.get(request.url ?? '')
  response.writeHead(answer === undefined ? 404 : 200).end(answer)
}).listen(Number(port), '127.0.0.1')

const client = new Client({
  directoryUrl,
  accountKey: await crypto.createPrivateEcdsaKey(),
  backoffMin: 100,
})
const [, csr] = await crypto.createCsr({ altNames: [name] }, await crypto.createPrivateEcdsaKey())
const path = (token: string): string => `/.well-known/acme-challenge/${token}`
const certificate = await client.auto({
  csr,
  termsOfServiceAgreed: true,
  skipChallengeVerification: true,
  challengePriority: ['http-01'],
  challengeCreateFn: async (_authorization, { token }, keyAuthorization) => {
    answers.set(path(token), keyAuthorization)
  },
  challengeRemoveFn: async (_authorization, { token }) => {
    answers.delete(path(token))
  },
})
await client.revokeCertificate(certificate)
process.stdout.write(certificate)
server.close()
