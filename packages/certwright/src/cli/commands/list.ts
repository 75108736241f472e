import { labelTexts, resultTexts } from '../../runtime/messages/command-texts.ts'
import type { Certificate, Version } from '../../store/store.ts'
import { certificateDocument, certificateRow, needsIssuance } from '../certificate-report.ts'
import type { CommandRun } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { alignedRows } from '../table.ts'

/** Lists the certificates; with `--due` those alone that are due. */
export const list: CommandRun = async ({ options }, { keptStore, output, world, directory }) => {
  const now = world.host.now()
  const onlyDue = options.flag('due')
  const store = await keptStore()
  const rows: (readonly [Certificate, Version | undefined])[] = []
  for (const certificate of (await store?.certificates()) ?? []) {
    const { id, current } = certificate
    const version = current === undefined ? undefined : await store?.version(id, current)
    if (!onlyDue || needsIssuance(version, now)) rows.push([certificate, version])
  }
  const documents = rows.map(([certificate, version]) =>
    certificateDocument(certificate, version, now),
  )
  output.result({ certificates: documents }, () => {
    if (rows.length === 0) {
      return [
        output.text(onlyDue ? resultTexts.nothingDue : resultTexts.nothingKept, { directory }),
      ]
    }
    const headings = [
      labelTexts.id,
      labelTexts.names,
      labelTexts.issuer,
      labelTexts.until,
      labelTexts.state,
    ]
    return alignedRows([
      headings.map((label) => output.text(label)),
      ...rows.map(([certificate, version]) => certificateRow(certificate, version, output, now)),
    ])
  })
  return onlyDue && rows.length > 0 ? exitCode.due : exitCode.done
}
