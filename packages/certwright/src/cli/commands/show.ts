import { issuerName } from '../../issuance/known-issuers.ts'
import { dueAt } from '../../manager/renewal.ts'
import type { Text } from '../../runtime/catalogue.ts'
import { isPending } from '../../manager/installations.ts'
import { labelTexts } from '../../runtime/messages/command-texts.ts'
import { deployLabels } from '../../runtime/messages/deploy-texts.ts'
import { issuedLabels, keySourceTexts } from '../../runtime/messages/issued-texts.ts'
import { revocationTexts } from '../../runtime/messages/revocation-texts.ts'
import { currentOf, type Current } from '../../manager/current.ts'
import { revocationListsOf } from '../../manager/revocation-lists.ts'
import type { Certificate, Installation, RevocationList, Version } from '../../store/store.ts'
import {
  certificateDocument,
  dateText,
  momentText,
  stateText,
  versionDocument,
} from '../certificate-report.ts'
import type { CommandRun } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { installationDocument } from '../installation-report.ts'
import { effectiveKeyType } from '../key-source.ts'
import type { Output } from '../output.ts'
import { cautionOfRecords } from '../persist-caution.ts'
import { readableName } from '../readable-name.ts'
import { renewalRows } from '../renewal-report.ts'
import { revocationListDocument, revocationRows } from '../revocation-report.ts'
import { reasonName } from '../revocation-reason.ts'
import { alignedRows } from '../table.ts'

/** Shows what is known of one certificate and all its versions. Never a key. */
export const show: CommandRun = async ({ arguments: [id = ''] }, session) => {
  const { output, world } = session
  const certificate = await session.certificate(id)
  const store = await session.store()
  const [versions, installations] = [await store.versions(id), await store.installations(id)]
  const current = await currentOf(certificate, store)
  const lists = current.version ? await revocationListsOf(current.version, { store }) : []
  const now = world.host.now()
  await cautionOfRecords(certificate, current.version, { store, now, output })
  const document = {
    ...certificateDocument(certificate, current, now),
    versions: versions.map((version) => versionDocument(version, certificate.current)),
    ...(lists.length > 0 && { revocationLists: lists.map(revocationListDocument) }),
    installations: installations.map(installationDocument),
  }
  output.result({ certificate: document }, () => [
    ...particulars(certificate, { ...current, lists }, document.files.directory, output, now),
    ...installationLines(installations, current.version, output),
    ...(versions.length === 0 ? [] : ['', ...versionRows(versions, certificate, output)]),
  ])
  return exitCode.done
}

interface WithLists {
  readonly lists: readonly RevocationList[]
}

function particulars(
  certificate: Certificate,
  current: Current & WithLists,
  directory: string,
  output: Output,
  now: number,
): string[] {
  const { challenge, directoryUrl } = certificate
  const { type, dns, webroot, ancestor } = challenge
  const instead = ancestor === undefined ? undefined : `(${readableName(ancestor)})`
  const means = [type, dns, webroot, instead].filter(Boolean).join(' ')
  const rows: (readonly [Text, string])[] = [
    [labelTexts.id, certificate.id],
    ...certificate.identifiers.map(
      ({ value }, index) => [index === 0 ? labelTexts.names : nothing, nameInFull(value)] as const,
    ),
    [labelTexts.state, stateText(current, output, now)],
    ...versionParticulars(current, output),
    [labelTexts.issuer, issuerName(directoryUrl)],
    [labelTexts.keyType, keyText(certificate, output)],
    ...wishes(certificate),
    [labelTexts.challenge, means],
    [labelTexts.files, directory],
  ]
  return alignedRows(rows.map(([label, value]) => [output.text(label), value]))
}

function keyText(certificate: Certificate, output: Output): string {
  const keyType = effectiveKeyType(certificate)
  const { keySource } = certificate
  if (!keySource) return keyType
  const path = keySource.from === 'file' ? keySource.path : ''
  return output.text(keySourceTexts[keySource.from], { keyType, path })
}

function wishes({ profile, preferredChain }: Certificate): (readonly [Text, string])[] {
  return [
    ...(profile === undefined ? [] : [[issuedLabels.profile, profile] as const]),
    ...(preferredChain === undefined ? [] : [[issuedLabels.chain, preferredChain] as const]),
  ]
}

function installationLines(
  installations: readonly Installation[],
  version: Version | undefined,
  output: Output,
): string[] {
  const lines = installations.map((installation) => {
    const { target } = installation
    const pending = !version || isPending(installation, version)
    return `  ${pending ? output.text(deployLabels.notYet, { target }) : target}`
  })
  return lines.length === 0 ? [] : [output.text(deployLabels.installedOn), ...lines]
}

const nothing: Text = { en: '', zh: '' }

function versionParticulars(
  { version, renewal, lists }: Current & WithLists,
  output: Output,
): (readonly [Text, string])[] {
  if (!version) return []
  return [
    [labelTexts.from, momentText(version.notBefore)],
    [labelTexts.until, momentText(version.notAfter)],
    [labelTexts.due, momentText(dueAt(version, renewal))],
    ...renewalRows(renewal, output),
    ...(version.revokedAt === undefined ? revocationRows(lists, output) : []),
    [labelTexts.serial, version.serial],
    [labelTexts.fingerprint, version.fingerprint],
  ]
}

function nameInFull(value: string): string {
  const readable = readableName(value)
  return readable === value ? value : `${readable} (${value})`
}

function versionRows(versions: readonly Version[], { current }: Certificate, output: Output) {
  const headings = [
    labelTexts.version,
    labelTexts.from,
    labelTexts.until,
    labelTexts.serial,
    labelTexts.state,
  ]
  return alignedRows([
    headings.map((label) => output.text(label)),
    ...versions.map((version) => [
      String(version.number),
      dateText(version.notBefore),
      dateText(version.notAfter),
      version.serial,
      versionState(version, current, output),
    ]),
  ])
}

function versionState(version: Version, current: number | undefined, output: Output): string {
  const standing = version.number === current ? labelTexts.current : labelTexts.replaced
  const { revokedAt, revocationReason, revokedBy } = version
  if (revokedAt === undefined) return output.text(standing)
  return output.text(revokedBy === 'issuer' ? revocationTexts.on : labelTexts.revokedOn, {
    standing: output.text(standing),
    date: dateText(revokedAt),
    reason: reasonName(revocationReason ?? 0),
  })
}
