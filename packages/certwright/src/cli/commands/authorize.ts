import { momentOf, type Authorization } from '@certwright/acme'
import { authorizeDiagnosed, lookBefore } from '../../diagnosis/issue.ts'
import { openAccount } from '../../issuance/account.ts'
import {
  authorizationLock,
  requireAuthorizations,
  type AuthorizationRequest,
} from '../../issuance/authorize.ts'
import type { IssuanceContext } from '../../issuance/issuance.ts'
import { issuerClient } from '../../issuance/issuer-client.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { authorizedTexts } from '../../runtime/messages/authorization-texts.ts'
import { solverFor } from '../../solvers/registry.ts'
import { agreementFrom } from '../agreement.ts'
import { momentText } from '../certificate-report.ts'
import { challengeFrom, checkProvable, resolversFrom } from '../challenge-options.ts'
import type { CommandRun } from '../command.ts'
import { directoryUrlFrom } from '../definition.ts'
import { exitCode } from '../exit-code.ts'
import { tellingFindings } from '../finding-report.ts'
import { identifiersGiven } from '../given-name.ts'
import { lockedAccount } from '../kept-account.ts'
import type { Options } from '../options.ts'
import type { Output } from '../output.ts'
import { readableName } from '../readable-name.ts'
import type { Session } from '../session.ts'

/** Proves names before there is an order. */
export const authorize: CommandRun = async ({ arguments: names, options }, session) => {
  const { output, signal } = session
  const request = requestFrom(names, options, session)
  const agreement = agreementFrom(options, session)
  const directoryUrl = directoryUrlFrom(options.text('issuer') ?? 'letsencrypt')
  const context = await session.context()
  // Checks the provider's options and the ports' settings before the CA hears of anything.
  await solverFor(request.challenge, context)
  const { caFile } = agreement
  const issuer = { directoryUrl, ...(caFile !== undefined && { caFile }) }
  await requireAuthorizations(request, await clientOf(issuer, context), signal)
  const open = await lockedAccount(directoryUrl, session, async () =>
    openAccount({ directoryUrl, ...agreement }, context, signal),
  )
  const telling = { ...context, ...tellingFindings(output).context }
  const authorizations = await session.locked(authorizationLock(directoryUrl), async () => {
    await lookBefore(request, open, telling, signal)
    return authorizeDiagnosed(request, open, telling, signal)
  })
  report(authorizations, request, output)
  return exitCode.done
}

function requestFrom(
  names: readonly string[],
  options: Options,
  { path }: Session,
): AuthorizationRequest {
  const identifiers = identifiersGiven(names)
  const subdomains = options.flag('subdomains')
  const resolvers = resolversFrom(options)
  const challenge = challengeFrom(options, path) ?? {
    type: 'http-01',
    ...(resolvers && { resolvers }),
  }
  for (const { type, value: name } of identifiers) {
    if (name.startsWith('*.')) throw new CertwrightError('USAGE_WILDCARD_NEEDS_ORDER', { name })
    if (type === 'ip' && subdomains) {
      throw new CertwrightError('USAGE_ADDRESS_HAS_NO_SUBDOMAINS', { name })
    }
  }
  checkProvable({ identifiers, challenge })
  return { identifiers, subdomains, challenge }
}

/** To look at the directory with, before an account is made. */
async function clientOf(
  { directoryUrl, caFile }: { readonly directoryUrl: string; readonly caFile?: string },
  context: IssuanceContext,
): Promise<ReturnType<typeof issuerClient>> {
  const trusted = caFile ?? (await context.store.issuer(directoryUrl))?.caFile
  return issuerClient({ directoryUrl, ...(trusted !== undefined && { caFile: trusted }) }, context)
}

function report(
  authorizations: readonly Authorization[],
  { subdomains }: AuthorizationRequest,
  output: Output,
): void {
  for (const { identifier, subdomainAuthAllowed } of authorizations) {
    if (!subdomains || subdomainAuthAllowed) continue
    const params = { name: readableName(identifier.value) }
    output.caution({ code: 'SUBDOMAINS_NOT_GRANTED', text: authorizedTexts.notBelow, params })
  }
  output.result({ authorizations: authorizations.map(authorizationDocument) }, () =>
    authorizations.map((authorization) => authorizationLine(authorization, output)),
  )
}

function authorizationDocument({
  url,
  identifier,
  status,
  expires,
  subdomainAuthAllowed: subdomains,
}: Authorization): object {
  return {
    name: identifier.value,
    status,
    ...(expires !== undefined && { expires }),
    subdomains,
    url,
  }
}

function authorizationLine(
  { identifier, expires, subdomainAuthAllowed }: Authorization,
  output: Output,
): string {
  const name = readableName(identifier.value)
  const until = expires === undefined ? undefined : momentOf(expires)
  const line =
    until === undefined
      ? output.text(authorizedTexts.valid, { name })
      : output.text(authorizedTexts.validUntil, { name, until: momentText(until) })
  return subdomainAuthAllowed ? output.text(authorizedTexts.below, { line }) : line
}
