import type { DirectoryMeta } from '@certwright/acme'
import { canLook, namesContext, reachOf } from '../../diagnosis/attempt.ts'
import { errorFinding, gravestLevel, type Finding } from '../../diagnosis/finding.ts'
import { accountFinding, issuerChecked } from '../../diagnosis/issuer.ts'
import { checkNames } from '../../diagnosis/names.ts'
import { stateChecked } from '../../diagnosis/state.ts'
import { knownIssuer } from '../../issuance/known-issuers.ts'
import { provenIdentifiers } from '../../issuance/ancestor.ts'
import { wantedRecords, type WantedRecord } from '../../issuance/dns-persist.ts'
import { lookAtAll } from '../../manager/installations.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { solverFor } from '../../solvers/registry.ts'
import type { Certificate, Issuer, Store } from '../../store/store.ts'
import type { CommandRun } from '../command.ts'
import { definitionFrom, wantedFrom } from '../definition.ts'
import { exitCode } from '../exit-code.ts'
import { rootsIn } from '../files.ts'
import { doctorLines, findingDocument } from '../finding-report.ts'
import type { Options } from '../options.ts'
import { defaultOut, type Session } from '../session.ts'

/** Looks at everything that an issuance needs: here, at the CA, in DNS and where the names lead. Orders nothing. */
export const doctor: CommandRun = async ({ arguments: names, options }, session) => {
  const { directory, output } = session
  const wanted = await wantedFrom(names, options, session.path)
  const state = await stateChecked({ directory, open: session.keptStore })
  const kept = await state.store?.certificate(wanted.id)
  const defaults = { out: defaultOut(directory, wanted.id), now: session.world.host.now() }
  const definition = definitionFrom(wanted, kept, defaults)
  const issuer = await issuerOf(definition, options, state.store, session)
  const findings = [
    ...state.findings,
    ...(await outside(definition, issuer, session)),
    ...(kept && state.store ? await installationFindings(kept, state.store, session) : []),
  ]
  const documents = findings.map((finding) => findingDocument(finding, output.language))
  const level = gravestLevel(findings)
  output.result({ level, findings: documents }, () => doctorLines(documents, output))
  if (level === 'fault') return exitCode.failed
  return level === 'warning' ? exitCode.due : exitCode.done
}

type IssuerLookedAt = Pick<Issuer, 'directoryUrl' | 'caFile'> & { readonly kept?: Issuer }

async function issuerOf(
  { directoryUrl }: Certificate,
  options: Options,
  store: Store | undefined,
  { path }: Session,
): Promise<IssuerLookedAt> {
  const kept = await store?.issuer(directoryUrl)
  const named = options.text('caFile')
  const caFile = named === undefined ? kept?.caFile : path(named)
  if (caFile !== undefined) rootsIn(caFile)
  return { directoryUrl, ...(caFile !== undefined && { caFile }), ...(kept && { kept }) }
}

/** What lies outside this machine: the CA and the account there, then the names as the CA would see them. */
async function outside(
  { identifiers, challenge }: Certificate,
  { kept, ...issuer }: IssuerLookedAt,
  session: Session,
): Promise<readonly Finding[]> {
  const { signal } = session
  const lent = await session.lent()
  // Checks the provider's options and the ports' settings first: what is typed wrong is no finding.
  await solverFor(challenge, lent)
  const checked = await issuerChecked(issuer, lent, signal)
  const account = await accountFinding(kept, checked, { env: lent.env, signal })
  const { caaIdentities = [] } = checked.directory?.meta ?? {}
  const { caaIdentities: knownIdentities } = knownIssuer(issuer.directoryUrl) ?? {}
  const from = { caaIdentities, knownIdentities, reach: reachOf(issuer) }
  const persistRecords = await recordsOf({ identifiers, challenge }, checked.directory?.meta, kept)
  const accountUrl = kept?.accountUrl
  const request = { identifiers, challenge, accountUrl, persistRecords, ...from }
  const own: readonly Finding[] = [...checked.findings, account]
  if (!canLook(request)) {
    const params = { about: identifiers.map(({ value }) => value).join(', ') }
    return [...own, { area: 'dns', level: 'skipped', code: 'check-elsewhere', params }]
  }
  const { findings } = await checkNames(request, namesContext({ challenge }, lent), signal)
  return [...own, ...findings]
}

/** What the account there needs, where that is known. */
async function recordsOf(
  attempt: Pick<Certificate, 'identifiers' | 'challenge'>,
  meta: DirectoryMeta | undefined,
  kept: Issuer | undefined,
): Promise<readonly WantedRecord[]> {
  const { accountUrl, thumbprint = '' } = kept ?? {}
  const isPersist = attempt.challenge.type === 'dns-persist-01'
  if (!isPersist || meta === undefined || accountUrl === undefined) return []
  return wantedRecords(provenIdentifiers(attempt), { meta, accountUrl, thumbprint })
}

async function installationFindings(
  { id, current }: Certificate,
  store: Store,
  { signal, world }: Session,
): Promise<readonly Finding[]> {
  const version = current === undefined ? undefined : await store.version(id, current)
  if (!version) return []
  const { host, env, targets } = world
  const context = { store, host, env, targets }
  const outcomes = await lookAtAll(version, await store.installations(id), context, signal)
  return outcomes.map(({ installation: { target }, verified, error }): Finding => {
    if (error instanceof CertwrightError) return errorFinding('installation', error, target)
    const params = { about: target, target, id }
    return verified?.proven
      ? { area: 'installation', level: 'ok', code: 'installation-proven', params }
      : { area: 'installation', level: 'warning', code: 'installation-unproven', params }
  })
}
