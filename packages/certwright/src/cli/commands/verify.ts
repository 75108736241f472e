import { currentOf, type Current } from '../../manager/current.ts'
import {
  lookAtAll,
  noteSeen,
  type DeployContext,
  type Outcome,
} from '../../manager/installations.ts'
import { deployLabels, deployTexts, verdictTexts } from '../../runtime/messages/deploy-texts.ts'
import { labelTexts } from '../../runtime/messages/command-texts.ts'
import { revocationTexts } from '../../runtime/messages/revocation-texts.ts'
import type { Certificate, Version } from '../../store/store.ts'
import { dateText, stateOf } from '../certificate-report.ts'
import type { CommandRun } from '../command.ts'
import { deployContext } from '../deployment.ts'
import { errorDocument, errorLines } from '../error-report.ts'
import { exitCode } from '../exit-code.ts'
import { endpointText, installedDocument } from '../installation-report.ts'
import type { EndpointVerdict } from '../../deploy/verify-installation.ts'
import type { Output } from '../output.ts'
import { reasonName } from '../revocation-reason.ts'
import type { Session } from '../session.ts'
import { alignedRows } from '../table.ts'

/** What one certificate's places show. */
interface Looked extends Current {
  readonly certificate: Certificate
  readonly outcomes: readonly Outcome[]
}

/** Looks at every installation of the named certificates, or of all, and keeps what was seen. */
export const verify: CommandRun = async ({ arguments: ids, options }, session) => {
  const { output } = session
  const certificates = await chosen(ids, session)
  if (certificates.length === 0) {
    output.result({ certificates: [] }, () => [output.text(deployTexts.noInstallations)])
    return exitCode.done
  }
  const context = await deployContext(session, options)
  const looked: Looked[] = []
  for (const certificate of certificates) looked.push(await look(certificate, context, session))
  return report(looked, ids.length > 0, session)
}

async function chosen(ids: readonly string[], session: Session): Promise<readonly Certificate[]> {
  const certificates: Certificate[] = []
  for (const id of new Set(ids)) certificates.push(await session.certificate(id))
  if (ids.length > 0) return certificates
  const store = await session.keptStore()
  const installed = new Set((await store?.installations())?.map((one) => one.certificateId))
  return ((await store?.certificates()) ?? []).filter(({ id }) => installed.has(id))
}

async function look(
  certificate: Certificate,
  context: DeployContext,
  { signal }: Session,
): Promise<Looked> {
  const { id } = certificate
  const { store } = context
  const { version, renewal } = await currentOf(certificate, store)
  const installations = version ? await store.installations(id) : []
  const outcomes = version ? await lookAtAll(version, installations, context, signal) : []
  for (const outcome of outcomes) await noteSeen(outcome, context)
  return { certificate, version, renewal, outcomes }
}

function report(looked: readonly Looked[], asked: boolean, { output, world }: Session): number {
  const now = world.host.now()
  const documents = looked.map(({ certificate: { id }, version, renewal, outcomes }) => ({
    id,
    state: stateOf(version, now, renewal),
    ...(version && { version: version.number, fingerprint: version.fingerprint }),
    installations: outcomes.map((outcome) => installedDocument(outcome, output, now)),
  }))
  output.result({ certificates: documents }, () => {
    const rows = looked.flatMap((one) => rowsOf(one, output))
    const headings = [
      labelTexts.id,
      deployLabels.target,
      deployLabels.says,
      deployLabels.endpoint,
      deployLabels.serves,
      labelTexts.until,
    ]
    const table =
      rows.length === 0 ? [] : alignedRows([headings.map((label) => output.text(label)), ...rows])
    const nowhere = looked.filter(({ outcomes }) => asked && outcomes.length === 0)
    return [
      ...table,
      ...nowhere.map(({ certificate: { id } }) =>
        output.text(deployTexts.noInstallationsOf, { id }),
      ),
    ]
  })
  for (const { certificate, version } of looked) {
    if (version?.revokedBy !== 'issuer') continue
    const { revokedAt = 0, revocationReason = 0 } = version
    const params = { id: certificate.id, date: dateText(revokedAt) }
    const reason = reasonName(revocationReason)
    output.warn(output.text(revocationTexts.told, { ...params, reason }))
  }
  const outcomes = looked.flatMap((one) => one.outcomes)
  for (const outcome of outcomes) tellFailure(outcome, output, now)
  if (outcomes.some(({ error }) => error !== undefined)) return exitCode.failed
  const wrong = looked.some(({ version }) => version === undefined || isGone(version, now))
  const due = wrong || outcomes.some(({ verified }) => !verified?.proven && !verified?.settling)
  return due ? exitCode.due : exitCode.done
}

function isGone(version: Version, now: number): boolean {
  return ['expired', 'revoked'].includes(stateOf(version, now))
}

function tellFailure({ installation, error }: Outcome, output: Output, now: number): void {
  if (error === undefined) return
  const { certificateId: id, target } = installation
  output.warn(output.text(deployTexts.notLookedAt, { id, target }))
  const document = errorDocument(error, output.language, now)
  for (const line of errorLines(document, output.language)) output.warn(line)
}

/** A row an endpoint; the certificate and the target stand in the first alone. */
function rowsOf({ certificate: { id }, outcomes }: Looked, output: Output): string[][] {
  return outcomes.flatMap(({ installation: { target }, observation, verified }) => {
    const says = verified ? (verified.target ?? 'silent') : 'failed'
    const head = [id, target, output.text(verdictTexts[says])]
    const endpoints = (verified?.endpoints ?? []).map((judged, index) => {
      const { endpoint, verdict, reason } = judged
      const shown = observation?.endpoints[index]?.served
      const { servername } = endpoint
      const place = placeText(judged)
      const at = place === servername ? servername : `${servername} (${place})`
      const why = verdict === 'not-served' || verdict === 'untrusted' ? reason : undefined
      const serves = output.text(verdictTexts[verdict]) + (why === undefined ? '' : ` (${why})`)
      return [at, serves, shown ? dateText(shown.notAfter) : '-']
    })
    const [first = ['-', '-', '-'], ...rest] = endpoints
    return [[...head, ...first], ...rest.map((cells) => ['', '', '', ...cells])]
  })
}

/** Where it was looked: the host alone where that says all. */
function placeText({ endpoint, address }: EndpointVerdict): string {
  const { host, servername, port, starttls } = endpoint
  const usual = port === 443 && starttls === undefined && host === servername
  return [
    ...(starttls === undefined ? [] : [starttls]),
    usual ? host : endpointText(endpoint),
    ...(address === undefined || address === host ? [] : [address]),
  ].join(' ')
}
