import { isDeepStrictEqual } from 'node:util'
import { openAccount } from '../../issuance/account.ts'
import { issueCertificate } from '../../issuance/issue.ts'
import type { IssuanceContext } from '../../issuance/issuance.ts'
import { dueAt } from '../../manager/renewal.ts'
import { promptTexts, resultTexts } from '../../runtime/messages/command-texts.ts'
import { solverFor } from '../../solvers/registry.ts'
import type { Certificate, Version } from '../../store/store.ts'
import { certificateDocument, momentText } from '../certificate-report.ts'
import type { CommandRun } from '../command.ts'
import { definitionFrom, sameCertificate, wantedFrom, type Wanted } from '../definition.ts'
import { exitCode } from '../exit-code.ts'
import { rootsIn } from '../files.ts'
import { mailtoUrl, type Options } from '../options.ts'
import { defaultOut, type Session } from '../session.ts'
import { heal, standingOf } from '../standing.ts'

type Outcome = 'issued' | 'unchanged' | 'updated'

/** Gets a certificate, or leaves the one there is where it does already. */
export const issue: CommandRun = async ({ arguments: names, options }, session) => {
  const wanted = wantedFrom(names, options, session.path)
  const agreement = agreementFrom(options, session)
  const context = await session.context()
  return session.locked(wanted.id, async () => {
    const kept = await context.store.certificate(wanted.id)
    const definition = await definitionOf(wanted, kept, session, context)
    const { version, due } = await standingOf(definition, context)
    const reissue = due || options.flag('force') || (kept && !sameCertificate(kept, definition))
    if (version && !reissue) {
      const changed = !isDeepStrictEqual(kept, definition)
      if (changed) await context.store.saveCertificate(definition)
      await heal(definition, context)
      return report(changed ? 'updated' : 'unchanged', definition, version, session)
    }
    const issued = await issueAnew({ definition, kept, agreement }, context, session)
    return report('issued', definition, issued, session)
  })
}

/** What is said to a CA that has no account of ours yet. */
export interface Agreement {
  readonly caFile?: string
  readonly contact: readonly string[]
  readonly agreeTerms: (url: string) => Promise<boolean>
}

/** Reads what the options say of an account. The person is asked for what they do not say, where one is there. */
export function agreementFrom(options: Options, { prompt, output, path }: Session): Agreement {
  const email = options.text('email')
  const caFile = options.text('caFile')
  if (caFile !== undefined) rootsIn(path(caFile))
  return {
    contact: email === undefined ? [] : [mailtoUrl(email)],
    ...(caFile !== undefined && { caFile: path(caFile) }),
    async agreeTerms(url) {
      if (options.flag('agreeTos')) return true
      return (await prompt?.confirm(output.text(promptTexts.terms, { url }))) ?? false
    },
  }
}

async function definitionOf(
  wanted: Wanted,
  kept: Certificate | undefined,
  { directory }: Session,
  context: IssuanceContext,
): Promise<Certificate> {
  const definition = definitionFrom(wanted, kept, {
    out: defaultOut(directory, wanted.id),
    now: context.host.now(),
  })
  // Checks the provider's options and the ports' settings before anything is kept or ordered.
  await solverFor(definition.challenge, context)
  return definition
}

interface Issuing {
  readonly definition: Certificate
  readonly kept: Certificate | undefined
  readonly agreement: Agreement
}

async function issueAnew(
  { definition, kept, agreement }: Issuing,
  context: IssuanceContext,
  { signal }: Session,
): Promise<Version> {
  const { directoryUrl } = definition
  const open = await openAccount({ directoryUrl, ...agreement }, context, signal)
  await context.store.saveCertificate(definition)
  try {
    return await issueCertificate(definition, open, context, signal)
  } catch (error) {
    // What served so far goes on being renewed as it was; unless the new version came and only its files did not.
    const standing = await context.store.certificate(definition.id)
    if (kept && standing?.current === kept.current) await context.store.saveCertificate(kept)
    throw error
  }
}

function report(
  outcome: Outcome,
  certificate: Certificate,
  version: Version,
  { output, world }: Session,
): number {
  const document = certificateDocument(certificate, version, world.host.now())
  output.result({ outcome, certificate: document }, () => [
    output.text(resultTexts[outcome], {
      id: certificate.id,
      until: momentText(version.notAfter),
      due: momentText(dueAt(version)),
    }),
    output.text(resultTexts.chain, { path: document.files.fullChain }),
    output.text(resultTexts.key, { path: document.files.privateKey }),
  ])
  if (outcome === 'unchanged') output.note(output.text(resultTexts.unchangedHint))
  return exitCode.done
}
