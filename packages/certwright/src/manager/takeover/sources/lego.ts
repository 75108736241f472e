import { dirname, join } from 'node:path'
import { knownDirectoryUrls } from '../known-directories.ts'
import { Secret } from '../../../runtime/secret.ts'
import { keyFromPem } from '../account-key.ts'
import { filesNamed, jsonAt, namesIn, textAt, textOf, textsOf } from '../disk.ts'
import { notes, type Notes } from '../reading.ts'
import type { TakenAccount, TakenCertificate, TakeoverContext, TakeoverSource } from '../taken.ts'
import { readLegoFile, type LegoFile } from './lego/configuration.ts'

/** lego: `accounts/HOST/EMAIL/account.json`, `certificates/NAME.{crt,issuer.crt,key,json}`, and `.lego.yml` since 5.0. */
export const source: TakeoverSource = {
  name: 'lego',
  paths: (home) => [join(home, '.lego'), '/var/lib/lego', '/etc/lego'],

  async read(path, context) {
    const told = notes()
    const file = await readLegoFile([dirname(path), path], told)
    const accounts = await accountsIn(join(path, 'accounts'), told)
    const certificates: TakenCertificate[] = []
    const folder = join(path, 'certificates')
    for (const name of await namesIn(folder)) {
      if (!name.endsWith('.json')) continue
      const at = join(folder, name)
      const one = await told.trying(at, async () => certificateAt(at, { file, context, told }))
      if (one) certificates.push(one)
    }
    if (certificates.length > 0) told.add('still-running', { stop: 'lego renew' })
    return { accounts, certificates, remarks: told.all }
  },
}

/** A folder is named by host and port alone, until 5.0 nothing says the rest. */
function directoryAt(server: string): string | undefined {
  return knownDirectoryUrls().find((url) => URL.parse(url)?.host.replaceAll(':', '_') === server)
}

async function accountsIn(directory: string, told: Notes): Promise<readonly TakenAccount[]> {
  const accounts: TakenAccount[] = []
  for (const file of await filesNamed(directory, 'account.json')) {
    const path = join(directory, dirname(file))
    const account = await told.trying(path, async () => {
      const about = await jsonAt(join(directory, file))
      const registration = about?.['registration']
      const server = file.split(/[/\\]/)[0] ?? ''
      const directoryUrl = textOf(about, 'server') ?? directoryAt(server)
      const accountUrl = textOf(registration, 'accountURL') ?? textOf(registration, 'uri')
      const email = textOf(about, 'email')
      return {
        ...(directoryUrl !== undefined && { directoryUrl }),
        server,
        key: keyFromPem(await accountKey(path)),
        ...(accountUrl !== undefined && { accountUrl }),
        contact: email === undefined ? [] : [`mailto:${email}`],
        path,
      }
    })
    if (account) accounts.push(account)
  }
  return accounts
}

/** In `keys` until 5.0, beside `account.json` since. */
async function accountKey(path: string): Promise<string> {
  for (const folder of [path, join(path, 'keys')]) {
    const name = (await namesIn(folder)).find((one) => one.endsWith('.key'))
    if (name !== undefined) return (await textAt(join(folder, name))) ?? ''
  }
  return ''
}

interface Surroundings {
  readonly file: LegoFile | undefined
  readonly context: TakeoverContext
  readonly told: Notes
}

async function certificateAt(
  path: string,
  { file, context, told }: Surroundings,
): Promise<TakenCertificate | undefined> {
  const about = await jsonAt(path)
  const stem = path.replace(/\.json$/, '')
  const domain = textOf(about, 'domain')
  const name = textOf(about, 'id') ?? domain
  if (name === undefined) return undefined
  const names = textsOf(about, 'domains')
  const chainPem = await chainAt(stem)
  const privateKey = await textAt(`${stem}.key`)
  const certificateUrl = textOf(about, 'certStableUrl') ?? textOf(about, 'certUrl')
  const server = certificateUrl && URL.parse(certificateUrl)?.host.replaceAll(':', '_')
  const set = await file?.certificate(name, context.env, told)
  const directoryUrl = set?.directoryUrl ?? (server ? directoryAt(server) : undefined)
  if (!set?.challenge) told.add('challenge-unknown', {}, name)
  return {
    name,
    path: stem,
    ...(names.length > 0 && { names }),
    ...(chainPem !== undefined && { chainPem }),
    ...(privateKey !== undefined && { privateKey: new Secret(privateKey) }),
    ...(server !== undefined && { server }),
    ...(certificateUrl !== undefined && { certificateUrl }),
    ...set,
    ...(directoryUrl !== undefined && { directoryUrl }),
    installs: [],
  }
}

/** Without `--no-bundle` the chain is in the file of the certificate already. */
async function chainAt(stem: string): Promise<string | undefined> {
  const bundle = await textAt(`${stem}.crt`)
  if (bundle === undefined || bundle.split('-----BEGIN ').length > 2) return bundle
  const issuers = await textAt(`${stem}.issuer.crt`)
  return issuers === undefined ? bundle : `${bundle.trimEnd()}\n${issuers}`
}
