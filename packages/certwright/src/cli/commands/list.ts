import { labelTexts, resultTexts } from '../../runtime/messages/command-texts.ts'
import { currentOf, type Current } from '../../manager/current.ts'
import type { Certificate, Store } from '../../store/store.ts'
import { certificateDocument, certificateRow, needsIssuance } from '../certificate-report.ts'
import type { CommandRun } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { cautionOfRecords } from '../persist-caution.ts'
import { explanationLines } from '../renewal-report.ts'
import { alignedRows } from '../table.ts'

/** Lists the certificates; with `--due` those alone that are due. */
export const list: CommandRun = async ({ options }, { keptStore, output, world, directory }) => {
  const now = world.host.now()
  const onlyDue = options.flag('due')
  const store = await keptStore()
  const rows = await rowsOf(store, ({ version, renewal }) => {
    return !onlyDue || needsIssuance(version, now, renewal)
  })
  if (store) {
    for (const [certificate, { version }] of rows) {
      await cautionOfRecords(certificate, version, { store, now, output })
    }
  }
  const documents = rows.map(([certificate, current]) =>
    certificateDocument(certificate, current, now),
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
    const table = alignedRows([
      headings.map((label) => output.text(label)),
      ...rows.map(([certificate, current]) => certificateRow(certificate, current, output, now)),
    ])
    const explanations = rows.flatMap(([{ id }, { renewal }]) =>
      explanationLines(id, renewal, output),
    )
    return explanations.length === 0 ? table : [...table, '', ...explanations]
  })
  return onlyDue && rows.length > 0 ? exitCode.due : exitCode.done
}

type Row = readonly [Certificate, Current]

async function rowsOf(
  store: Store | undefined,
  wanted: (current: Current) => boolean,
): Promise<readonly Row[]> {
  if (!store) return []
  const rows: Row[] = []
  for (const certificate of await store.certificates()) {
    const current = await currentOf(certificate, store)
    if (wanted(current)) rows.push([certificate, current])
  }
  return rows
}
