import { issuerName } from '../../issuance/known-issuers.ts'
import type { LoadedConfig } from '../../manager/config/load.ts'
import { labelTexts } from '../../runtime/messages/command-texts.ts'
import { configTexts } from '../../runtime/messages/config-texts.ts'
import { readableName } from '../readable-name.ts'
import type { CommandRun } from '../command.ts'
import { complaintDocument, warnOf } from '../complaint-report.ts'
import { configFile } from '../config-file.ts'
import { exitCode } from '../exit-code.ts'
import type { Output } from '../output.ts'
import { alignedRows } from '../table.ts'

/** Reads the file, says everything that is wrong with it, or what it wants. Talks to nobody. */
export const configCheck: CommandRun = async ({ arguments: [asked] }, { world, output }) => {
  const file = configFile(asked, world)
  const { loadConfig } = await import('../../manager/config/load.ts')
  const loaded = await loadConfig(file, { ...world, checkOnly: true })
  warnOf(loaded.warnings, output)
  const warnings = loaded.warnings.map((one) => complaintDocument(one, output.language))
  output.result(configDocument(loaded, warnings), () => configLines(loaded, output))
  return exitCode.done
}

function configDocument({ file, desired }: LoadedConfig, warnings: readonly object[]): object {
  return {
    file,
    issuers: desired.issuers.map(({ name, directoryUrl, agreeTerms }) => {
      return { name, directoryUrl, agreeTerms }
    }),
    certificates: desired.certificates.map((certificate) => ({
      id: certificate.id,
      names: certificate.identifiers.map(({ value }) => value),
      issuers: certificate.issuers,
      keyType: certificate.keyType,
      challenge: certificate.challenge.type,
      installs: certificate.installs.map(({ text }) => text),
    })),
    notifications: desired.notifications.map(({ name, channel }) => ({ name, channel })),
    warnings,
  }
}

function configLines({ file, desired }: LoadedConfig, output: Output): string[] {
  const { issuers, certificates, notifications } = desired
  const agreed = issuers.map(({ name, directoryUrl, agreeTerms }) => {
    const issuer = name === issuerName(directoryUrl) ? name : `${name} (${directoryUrl})`
    return agreeTerms ? issuer : output.text(configTexts.notAgreed, { issuer })
  })
  const headings = [
    labelTexts.id,
    labelTexts.names,
    labelTexts.keyType,
    labelTexts.challenge,
    configTexts.installs,
  ]
  return [
    output.text(configTexts.conforms, { file }),
    '',
    ...alignedRows([
      [output.text(configTexts.issuers), agreed.join(', ')],
      [output.text(configTexts.certificates), String(certificates.length)],
      [
        output.text(configTexts.notifications),
        notifications.map(({ name }) => name).join(', ') || '-',
      ],
    ]),
    ...(certificates.length === 0 ? [] : ['']),
    ...alignedRows(
      certificates.length === 0
        ? []
        : [
            headings.map((label) => output.text(label)),
            ...certificates.map(({ id, identifiers, keyType, challenge, installs }) => [
              id,
              identifiers.map(({ value }) => readableName(value)).join(', '),
              keyType,
              challenge.dns === undefined ? challenge.type : `${challenge.type} (${challenge.dns})`,
              installs.map(({ text }) => text).join(' ') || '-',
            ]),
          ],
    ),
  ]
}
