import type { AccountKeyChoice } from '../issuance/account-key.ts'
import type { AccountRequest } from '../issuance/account.ts'
import { CertwrightError } from '../runtime/error.ts'
import { promptTexts } from '../runtime/messages/command-texts.ts'
import { accountKeyTypes } from './account-grammar.ts'
import { externalAccountFrom } from './external-account.ts'
import { rootsIn } from './files.ts'
import { mailtoUrl, type Options } from './options.ts'
import type { Session } from './session.ts'

/** What is said to a CA that has no account of ours yet. */
export type Agreement = Omit<AccountRequest, 'directoryUrl'>

/** Reads what the options say of an account. The person is asked for what they do not say, where one is there. */
export function agreementFrom(options: Options, session: Session): Agreement {
  const { prompt, output } = session
  const email = options.text('email')
  const caFile = caFileFrom(options, session)
  const externalAccount = externalAccountFrom(options, session)
  const key = accountKeyFrom(options, session)
  return {
    contact: email === undefined ? [] : [mailtoUrl(email)],
    ...(caFile !== undefined && { caFile }),
    ...(externalAccount && { externalAccount }),
    ...(key && { key }),
    async agreeTerms(url) {
      if (options.flag('agreeTos')) return true
      return (await prompt?.confirm(output.text(promptTexts.terms, { url }))) ?? false
    },
  }
}

/** The file of roots that `--ca-file` names, once it was found to hold some. */
export function caFileFrom(options: Options, { path }: Session): string | undefined {
  const named = options.text('caFile')
  if (named === undefined) return undefined
  const file = path(named)
  rootsIn(file)
  return file
}

/** Which key `--account-signer` or `--key-type` asks for. */
export function accountKeyFrom(options: Options, session: Session): AccountKeyChoice | undefined {
  const program = signerProgram(options, session)
  const type = accountKeyTypes.find((known) => known === options.text('keyType'))
  if (program !== undefined && type !== undefined) {
    throw new CertwrightError('USAGE_OPTIONS_EXCLUDE', {
      option: '--account-signer',
      other: '--key-type',
    })
  }
  if (program !== undefined) return { held: 'by-program', program }
  return type && { held: 'here', type }
}

/** The absolute path of the program in `exec:PATH`. */
export function signerProgram(options: Options, { path }: Session): string | undefined {
  const value = options.text('accountSigner')
  if (value === undefined) return undefined
  const [, program] = /^exec:(.+)$/s.exec(value) ?? []
  if (program === undefined) throw new CertwrightError('USAGE_NOT_A_SIGNER', { value })
  return path(program)
}
