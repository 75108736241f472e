import { dirname, resolve } from 'node:path'
import {
  acmeClient,
  findAccount,
  type Account,
  type AccountResult,
  type Client,
  type Signer,
} from '@certwright/acme'
import { keyObjectSigner, readKeyObject } from '@certwright/acme/node'
import { CertwrightError } from '../runtime/error.ts'
import { acmeIniFrom } from './acme-ini.ts'
import { caFileFrom } from './agreement.ts'
import { directoryUrlFrom } from './definition.ts'
import { fileText } from './files.ts'
import { mailtoUrl, type Options } from './options.ts'
import type { Session } from './session.ts'

/** What a command of the protocol works with: its options first, then the file of `--ini`, then defaults. */
export interface AcmeSettings {
  readonly directoryUrl: string
  readonly caFile: string | undefined
  readonly accountKeyFile: string
  readonly csrFile: string
  readonly chainFile: string
  readonly orderFile: string
  readonly contact: readonly string[]
  readonly userAgent: string | undefined
  readonly acceptLanguage: string | undefined
}

/** Paths in the file are relative to its folder; the options' and the defaults to where the command runs. */
export function acmeSettings(options: Options, session: Session): AcmeSettings {
  const { path } = session
  const iniPath = options.text('ini')
  const iniFile = iniPath === undefined ? undefined : path(iniPath)
  const ini = iniFile === undefined ? {} : acmeIniFrom(fileText(iniFile))
  const file = (option: string, inIni: string | undefined, standard: string): string => {
    const given = options.text(option)
    if (given !== undefined) return path(given)
    return inIni === undefined ? path(standard) : resolve(dirname(iniFile ?? ''), inIni)
  }
  const email = options.text('email')
  return {
    directoryUrl: directoryUrlFrom(options.text('issuer') ?? ini.directory ?? 'letsencrypt'),
    caFile: caFileFrom(options, session),
    accountKeyFile: file('accountKey', ini.accountKeyFile, 'account.key'),
    csrFile: file('csr', ini.csrFile, 'certificate.csr'),
    chainFile: file('output', ini.chainFile, 'chain.pem'),
    orderFile: file('order', undefined, 'cert_request.data'),
    contact: email === undefined ? (ini.contacts ?? []) : [mailtoUrl(email)],
    userAgent: ini.userAgent,
    acceptLanguage: ini.language,
  }
}

/** The CA that the settings name. Nothing is sent yet. */
export async function settingsClient(settings: AcmeSettings, session: Session): Promise<Client> {
  const { directoryUrl, caFile, userAgent, acceptLanguage } = settings
  const { host, transport, onExchange } = await session.lent()
  const issuer = { directoryUrl, ...(caFile !== undefined && { caFile }) }
  return acmeClient({
    directoryUrl,
    host,
    transport: transport(issuer),
    ...(onExchange && { onExchange }),
    ...(userAgent !== undefined && { userAgent }),
    ...(acceptLanguage !== undefined && { acceptLanguage }),
  })
}

/** Signs by the private key in a PEM file. */
export function signerIn(path: string): Signer {
  return keyObjectSigner(readKeyObject(fileText(path)))
}

/** A CA, and the account that the key of the settings has there. */
export interface SettingsAccount {
  readonly settings: AcmeSettings
  readonly client: Client
  readonly account: Account
  readonly found: AccountResult
}

/** Finds the account by its key (RFC 8555 §7.3.1): its URL is kept nowhere. */
export async function settingsAccount(
  options: Options,
  session: Session,
): Promise<SettingsAccount> {
  const settings = acmeSettings(options, session)
  const client = await settingsClient(settings, session)
  const signer = signerIn(settings.accountKeyFile)
  const found = await findAccount(client, signer, { signal: session.signal })
  if (!found) {
    const { accountKeyFile: path, directoryUrl: issuer } = settings
    throw new CertwrightError('ACME_KEY_WITHOUT_ACCOUNT', { path, issuer })
  }
  return { settings, client, account: found.account, found }
}
