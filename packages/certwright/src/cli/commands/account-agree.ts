import { noteAgreement, termsStanding, type TermsStanding } from '../../issuance/terms.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { accountPromptTexts, accountResultTexts } from '../../runtime/messages/account-texts.ts'
import type { CommandRun } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { openKept } from '../kept-account.ts'
import type { Options } from '../options.ts'
import type { Session } from '../session.ts'

/** Notes that a person has agreed to the issuer's terms. Where the issuer waits for that, it is asked whether it has it. */
export const accountAgree: CommandRun = async ({ options }, session) => {
  const { output, signal } = session
  const given = termsUrlFrom(options)
  const open = await openKept(options, session)
  const standing = await termsStanding(open, signal)
  const { terms, refused, agreed } = standing
  if (terms === undefined && !refused) {
    output.result({ outcome: 'no-terms' }, () => [output.text(accountResultTexts.termsNone)])
    return exitCode.done
  }
  const named = terms ?? standing.visit ?? open.issuer.directoryUrl
  if (agreed) {
    output.result({ outcome: 'agreed-already', terms: named }, () => [
      output.text(accountResultTexts.termsAgreedAlready, { terms: named }),
    ])
    return exitCode.done
  }
  await confirmedByPerson(named, given, standing, session)
  if (refused && (await termsStanding(open, signal)).refused) {
    const visit = standing.visit ?? named
    throw new CertwrightError('TERMS_STILL_OPEN', { terms: named, visit })
  }
  await noteAgreement(open, named, await session.context())
  output.result({ outcome: 'noted', terms: named }, () => [
    output.text(accountResultTexts.termsNoted, { terms: named }),
  ])
  return exitCode.done
}

function termsUrlFrom(options: Options): string | undefined {
  const value = options.text('terms')
  if (value !== undefined && !URL.canParse(value)) {
    throw new CertwrightError('USAGE_NOT_A_TERMS_URL', { value })
  }
  return value
}

/** Only who knows the terms' URL, or answers at the terminal, has seen them. */
async function confirmedByPerson(
  terms: string,
  given: string | undefined,
  { visit }: TermsStanding,
  { prompt, output }: Session,
): Promise<void> {
  if (given !== undefined) {
    if (given === terms) return
    throw new CertwrightError('TERMS_OTHER', { terms, given })
  }
  if (!prompt) throw new CertwrightError('TERMS_NOT_SEEN', { terms })
  const question =
    visit === undefined || visit === terms
      ? output.text(accountPromptTexts.newTerms, { terms })
      : output.text(accountPromptTexts.newTermsVisit, { terms, visit })
  if (!(await prompt.confirm(question))) throw new CertwrightError('CANCELLED')
}
