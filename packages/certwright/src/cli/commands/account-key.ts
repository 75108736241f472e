import { createPrivateKey } from 'node:crypto'
import { foreignKey, recoverAccount } from '../../issuance/recovery.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { accountPromptTexts, accountResultTexts } from '../../runtime/messages/account-texts.ts'
import { Secret } from '../../runtime/secret.ts'
import type { AccountKey } from '../../store/store.ts'
import { caFileFrom, signerProgram } from '../agreement.ts'
import type { CommandRun } from '../command.ts'
import { directoryUrlFrom } from '../definition.ts'
import { exitCode } from '../exit-code.ts'
import { inputText, passwordIn, replaceFile } from '../files.ts'
import { issuerDocument, keptDirectory, lockedAccount } from '../kept-account.ts'
import type { Options } from '../options.ts'
import type { Session } from '../session.ts'

/** Takes over the account that another client made, by its key. */
export const accountRecover: CommandRun = async ({ options }, session) => {
  const directoryUrl = directoryUrlFrom(options.text('issuer') ?? 'letsencrypt')
  const caFile = caFileFrom(options, session)
  const key = await recoveredKey(options, session)
  const replace = options.flag('replace')
  const context = await session.context()
  return lockedAccount(directoryUrl, session, async () => {
    const request = { directoryUrl, key, replace, ...(caFile !== undefined && { caFile }) }
    const { issuer } = await recoverAccount(request, context, session.signal)
    session.output.result({ account: issuerDocument(issuer) }, () => [
      session.output.text(accountResultTexts.recovered, { url: issuer.accountUrl ?? '' }),
    ])
    return exitCode.done
  })
}

async function recoveredKey(options: Options, session: Session): Promise<AccountKey> {
  const file = options.text('keyFile')
  const program = signerProgram(options, session)
  if (file !== undefined && program !== undefined) {
    const [option, other] = ['--key-file', '--account-signer']
    throw new CertwrightError('USAGE_OPTIONS_EXCLUDE', { option, other })
  }
  if (program !== undefined) return { held: 'by-program', program }
  if (file === undefined) {
    throw new CertwrightError('USAGE_MISSING_ARGUMENT', {
      argument: '--key-file',
      command: 'account recover ',
    })
  }
  const text = new Secret(await inputText(file, session))
  const passphrase = await passphraseFor(text, options, session)
  return foreignKey({ text, path: file, ...(passphrase && { passphrase }) })
}

async function passphraseFor(
  text: Secret,
  options: Options,
  { prompt, output, path }: Session,
): Promise<Secret | undefined> {
  const file = options.text('passwordFile')
  if (file !== undefined) return passwordIn(path(file))
  if (!prompt || !/ENCRYPTED/.test(text.reveal())) return undefined
  return new Secret(await prompt.password(output.text(accountPromptTexts.keyPassword)))
}

/** Writes the account's private key to a file that only its owner can read, or to standard output. */
export const accountExportKey: CommandRun = async ({ options }, session) => {
  const { output, world } = session
  const form = options.text('format') ?? 'pem'
  const asked = options.text('output')
  const passwordFile = options.text('passwordFile')
  if (asked === undefined && world.stdout.isTTY && !options.flag('print')) {
    throw new CertwrightError('USAGE_SECRET_ON_TERMINAL')
  }
  if (form === 'jwk' && passwordFile !== undefined) {
    const [option, other] = ['--format jwk', '--password-file']
    throw new CertwrightError('USAGE_OPTIONS_EXCLUDE', { option, other })
  }
  const password = passwordFile === undefined ? undefined : passwordIn(session.path(passwordFile))
  const directoryUrl = await keptDirectory(options, session)
  const issuer = await (await session.store()).issuer(directoryUrl)
  if (!issuer) throw new CertwrightError('ACCOUNT_NOT_FOUND', { issuer: directoryUrl })
  const url = issuer.accountUrl ?? directoryUrl
  const { accountKey } = issuer
  if (accountKey.held === 'by-program') {
    throw new CertwrightError('ACCOUNT_KEY_ELSEWHERE', { url, program: accountKey.program })
  }
  const text = keyText(accountKey.pem, form, password)
  if (asked === undefined) {
    if (output.json) output.result({ url, format: form, key: text }, () => [])
    else output.raw(text)
    return exitCode.done
  }
  const path = session.path(asked)
  await replaceFile(path, Buffer.from(text), 0o600)
  output.result({ url, format: form, path }, () => [
    output.text(accountResultTexts.keyExported, { path, url }),
  ])
  return exitCode.done
}

function keyText(pem: Secret, form: string, password: Secret | undefined): string {
  const key = createPrivateKey(pem.reveal())
  if (form === 'jwk') return `${JSON.stringify(key.export({ format: 'jwk' }))}\n`
  const encryption = password && { cipher: 'aes-256-cbc', passphrase: password.reveal() }
  return key.export({ type: 'pkcs8', format: 'pem', ...encryption }).toString()
}
