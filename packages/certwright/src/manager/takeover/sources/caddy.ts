import { join } from 'node:path'
import { knownDirectoryUrls } from '../known-directories.ts'
import { Secret } from '../../../runtime/secret.ts'
import { keyFromPem } from '../account-key.ts'
import { jsonAt, namesIn, textAt, textOf, textsOf } from '../disk.ts'
import { notes, type Notes } from '../reading.ts'
import type { TakenAccount, TakenCertificate, TakeoverSource } from '../taken.ts'

/** Caddy: `certificates/ISSUER/NAME/NAME.{crt,key,json}`, `acme/ISSUER/users/EMAIL/*.{json,key}`. */
export const source: TakeoverSource = {
  name: 'caddy',
  paths: (home) => ['/var/lib/caddy/.local/share/caddy', join(home, '.local', 'share', 'caddy')],

  async read(path) {
    const told = notes()
    const accounts: TakenAccount[] = []
    const certificates: TakenCertificate[] = []
    for (const issuer of await namesIn(join(path, 'acme'))) {
      accounts.push(...(await accountsAt(join(path, 'acme', issuer, 'users'), issuer, told)))
    }
    for (const issuer of await namesIn(join(path, 'certificates'))) {
      const folder = join(path, 'certificates', issuer)
      if (issuer === 'local') {
        told.add('internal-issuer', { path: folder })
        continue
      }
      for (const name of await namesIn(folder)) {
        const one = await told.trying(join(folder, name), async () =>
          certificateAt(join(folder, name), { issuer, name }),
        )
        if (one) certificates.push(one)
        if (one) told.add('challenge-server', { how: 'Caddyfile' }, name)
      }
    }
    if (certificates.length > 0) told.add('still-running', { stop: 'Caddyfile: tls FULLCHAIN KEY' })
    return { accounts, certificates, remarks: told.all }
  },
}

/** The directory URL that this is made from, where it is a known one: host and path, with hyphens for slashes. */
function directoryOf(issuer: string): string | undefined {
  return knownDirectoryUrls().find((directoryUrl) => {
    const url = URL.parse(directoryUrl)
    const path = (url?.pathname ?? '').replaceAll('/', '-').replace(/^-+|-+$/g, '')
    return (
      url &&
      [url.host.replaceAll(':', '-'), path].filter((part) => part !== '').join('-') === issuer
    )
  })
}

async function accountsAt(
  users: string,
  issuer: string,
  told: Notes,
): Promise<readonly TakenAccount[]> {
  const accounts: TakenAccount[] = []
  for (const user of await namesIn(users)) {
    const path = join(users, user)
    const account = await told.trying(path, async () => accountAt(path, issuer))
    if (account) accounts.push(account)
  }
  return accounts
}

async function accountAt(path: string, issuer: string): Promise<TakenAccount | undefined> {
  const names = await namesIn(path)
  const file = names.find((name) => name.endsWith('.key'))
  const key = file === undefined ? undefined : await textAt(join(path, file))
  if (file === undefined || key === undefined) return undefined
  const registration = await jsonAt(join(path, file.replace(/\.key$/, '.json')))
  const accountUrl = textOf(registration, 'location')
  const directoryUrl = directoryOf(issuer)
  return {
    ...(directoryUrl !== undefined && { directoryUrl }),
    server: issuer,
    key: keyFromPem(key),
    ...(accountUrl !== undefined && { accountUrl }),
    contact: textsOf(registration, 'contact'),
    path,
  }
}

async function certificateAt(
  path: string,
  { issuer, name }: { readonly issuer: string; readonly name: string },
): Promise<TakenCertificate | undefined> {
  const chainPem = await textAt(join(path, `${name}.crt`))
  if (chainPem === undefined) return undefined
  const privateKey = await textAt(join(path, `${name}.key`))
  const about = await jsonAt(join(path, `${name}.json`))
  const issued = about?.['issuer_data']
  const directoryUrl = textOf(issued, 'ca') ?? directoryOf(issuer)
  const certificateUrl = textOf(issued, 'url')
  return {
    name,
    path,
    names: textsOf(about, 'sans'),
    chainPem,
    ...(privateKey !== undefined && { privateKey: new Secret(privateKey) }),
    ...(directoryUrl !== undefined && { directoryUrl }),
    server: issuer,
    ...(certificateUrl !== undefined && { certificateUrl }),
    installs: [],
  }
}
