// Obtains one certificate with npm's acme-client and revokes it, or gets another: JOB, as JSON. Its CA is trusted through
// NODE_EXTRA_CA_CERTS. Prints the chain; `--version` prints the version of acme-client.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { Client, crypto } from 'acme-client'

interface Job {
  readonly directory: string
  readonly names: string[]
  readonly challenge: string
  readonly httpPort: string
  /** A program that publishes TXT records. */
  readonly hook: string
  readonly key?: 'rsa' | 'ec'
  readonly externalAccount?: { readonly keyId: string; readonly macKey: string }
  readonly next?: 'revoke' | 'renew' | 'renew anyway'
}

const [what = ''] = process.argv.slice(2)
if (what === '--version') process.stdout.write(`${version()}\n`)
else await carryOut(JSON.parse(what) as Job)

function version(): string {
  const manifest = new URL('../package.json', import.meta.resolve('acme-client'))
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}

async function carryOut(job: Job): Promise<void> {
  const { directory, names, challenge, httpPort, hook, key, externalAccount, next } = job
  const answers = new Map<string, string>()
  const server = createServer((request, response) => {
    const answer = answers.get(request.url ?? '')
    response.writeHead(answer === undefined ? 404 : 200).end(answer)
  }).listen(Number(httpPort), '127.0.0.1')
  const client = new Client({
    directoryUrl: directory,
    accountKey: await crypto.createPrivateEcdsaKey(),
    backoffMin: 100,
    ...(externalAccount !== undefined && {
      externalAccountBinding: { kid: externalAccount.keyId, hmacKey: externalAccount.macKey },
    }),
  })
  const path = (token: string): string => `/.well-known/acme-challenge/${token}`
  const publish = (action: string, name: string, value: string): void =>
    void execFileSync(hook, [action, `_acme-challenge.${name}`, value])
  const obtain = async (): Promise<string> => {
    const own = await (key === 'rsa'
      ? crypto.createPrivateRsaKey()
      : crypto.createPrivateEcdsaKey())
    const [, csr] = await crypto.createCsr({ altNames: names }, own)
    return client.auto({
      csr,
      termsOfServiceAgreed: true,
      skipChallengeVerification: true,
      challengePriority: [challenge],
      challengeCreateFn: async ({ identifier }, { type, token }, keyAuthorization) => {
        if (type === 'dns-01') publish('present', identifier.value, keyAuthorization)
        else answers.set(path(token), keyAuthorization)
      },
      challengeRemoveFn: async ({ identifier }, { type, token }, keyAuthorization) => {
        if (type === 'dns-01') publish('cleanup', identifier.value, keyAuthorization)
        else answers.delete(path(token))
      },
    })
  }
  let certificate = await obtain()
  if (next === 'revoke') await client.revokeCertificate(certificate)
  else if (next !== undefined) certificate = await obtain()
  process.stdout.write(certificate)
  server.close()
}
