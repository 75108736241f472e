import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { acmeClient, findAccount, type Account, type Client, type Order } from '@certwright/acme'
import { keyObjectSigner, nodeTransport, readKeyObject } from '@certwright/acme/node'

/** What acme.ini says, by name; an empty text for what it does not say. */
export function setting(name: string): string {
  const line = new RegExp(`^${name}[ \\t]*=[ \\t]*(.*)$`, 'im').exec(
    readFileSync('acme.ini', 'utf8'),
  )
  return line?.[1]?.trim() ?? ''
}

/** A setting of several values, which semicolons separate. */
export function settings(name: string): readonly string[] {
  return setting(name)
    .split(';')
    .map((value) => value.trim())
    .filter((value) => value !== '')
}

export const orderFile = 'cert_request.data'

/** The CA. Nothing is sent yet. */
export function client(): Client {
  return acmeClient({
    directoryUrl: setting('ACMEDirectory'),
    userAgent: setting('UserAgent'),
    acceptLanguage: setting('Language'),
    transport: nodeTransport(),
  })
}

/** What signs for the account. */
export function accountSigner(): ReturnType<typeof keyObjectSigner> {
  return keyObjectSigner(readKeyObject(readFileSync(setting('AccountKeyFile'), 'utf8')))
}

/** The account of the key, found at the CA. */
export async function account(at: Client): Promise<Account> {
  const found = await findAccount(at, accountSigner())
  if (found === undefined) throw new Error('the key has no account: run new-account.ts')
  return found.account
}

/** The order that request-certificate.ts or a later program has kept. */
export function keptOrder(): Order {
  return JSON.parse(readFileSync(orderFile, 'utf8')) as Order
}

export function keepOrder(order: Order): void {
  writeFileSync(orderFile, `${JSON.stringify(order, undefined, 2)}\n`)
}

/** Prints a value as a person reads it. */
export function print(value: unknown): void {
  console.log(typeof value === 'string' ? value : JSON.stringify(value, undefined, 2))
}

/** Asks a person, unless the program was started with `--yes`. */
export async function confirm(question: string): Promise<boolean> {
  if (process.argv.includes('--yes')) return true
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  // Where nobody is there to answer, the end of input is a no.
  const ended = once(terminal, 'close').then(() => '')
  const answer = await Promise.race([terminal.question(`${question} [y/N] `), ended])
  terminal.close()
  return /^y(?:es)?$/i.test(answer.trim())
}
