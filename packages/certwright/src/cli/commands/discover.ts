import { instantOf } from '@certwright/acme'
import { discoverAll, type Discovery, type Found } from '../../manager/discovery.ts'
import { labelTexts } from '../../runtime/messages/command-texts.ts'
import { deployLabels, deployTexts } from '../../runtime/messages/deploy-texts.ts'
import { dateText } from '../certificate-report.ts'
import { readableName } from '../readable-name.ts'
import type { CommandRun } from '../command.ts'
import { errorDocument, errorLines, type ErrorDocument } from '../error-report.ts'
import { exitCode } from '../exit-code.ts'
import { keyValues } from '../options.ts'
import type { Output } from '../output.ts'
import type { Session } from '../session.ts'
import { alignedRows } from '../table.ts'

const dayMs = 86_400_000
const soonDays = 30

/** Lists what an account serves. What cannot be walked is told beside it. */
export const discover: CommandRun = async ({ arguments: [service = ''], options }, session) => {
  const { world, signal } = session
  const discovery = await discoverAll(
    {
      service,
      values: keyValues(options.list('accountOption'), '--account-option'),
      regions: options.list('region'),
      registry: world.targets,
    },
    world,
    signal,
  )
  report(discovery, session)
  return discovery.failures.length > 0 ? exitCode.failed : exitCode.done
}

function report({ found, failures }: Discovery, { output, world }: Session): void {
  const now = world.host.now()
  const documents = failures.map(({ error, ...where }) => ({
    ...where,
    error: errorDocument(error, output.language, now),
  }))
  const discovered = found.map((one) => foundDocument(one, now))
  output.result({ discovered, failures: documents }, () => {
    if (found.length === 0) return [output.text(deployTexts.nothingFound)]
    const headings = [
      deployLabels.product,
      deployLabels.resource,
      deployLabels.region,
      labelTexts.names,
      labelTexts.until,
      labelTexts.keyType,
      labelTexts.issuer,
      deployLabels.stored,
      deployLabels.target,
    ]
    return alignedRows([
      headings.map((label) => output.text(label)),
      ...found.map((one) => foundRow(one, output, now)),
    ])
  })
  tellFailures(documents, output)
  const soon = found.filter((one) => isSoon(one, now)).length
  if (soon > 0) {
    output.note(output.text(deployTexts.expiringSoon, { count: soon, days: soonDays }))
  }
  const unserved = found.filter((one) => one.unserved).length
  if (unserved > 0) output.note(output.text(deployTexts.unserved, { count: unserved }))
}

interface FailureDocument {
  readonly target: string
  readonly region?: string
  readonly error: ErrorDocument
}

/** The same fault at many products, a missing key for one, is told once. */
function tellFailures(failures: readonly FailureDocument[], output: Output): void {
  const told = new Map<string, { readonly error: ErrorDocument; readonly targets: string[] }>()
  for (const { target, region, error } of failures) {
    const group = told.get(error.message) ?? { error, targets: [] }
    group.targets.push(region === undefined ? target : `${target} (${region})`)
    told.set(error.message, group)
  }
  for (const { error, targets } of told.values()) {
    output.warn(output.text(deployTexts.notDiscovered, { targets: targets.join(', ') }))
    for (const line of errorLines(error, output.language)) output.warn(line)
  }
}

/** One finding as `--json` shows it. Others script against this: members are only added. */
function foundDocument(found: Found, now: number): object {
  const { target, product, resource, region, https, installed, names, issuer, keyType } = found
  const { notAfter, parts: _, ...certificate } = installed ?? {}
  return {
    target,
    product,
    resource,
    ...(region !== undefined && { region }),
    https,
    ...(names && { names }),
    ...(issuer !== undefined && { issuer }),
    ...(keyType !== undefined && { keyType }),
    ...certificate,
    ...(notAfter !== undefined && { notAfter: instantOf(notAfter) }),
    expiresSoon: isSoon(found, now),
    unserved: found.unserved,
  }
}

function isSoon({ installed }: Found, now: number): boolean {
  return installed?.notAfter !== undefined && installed.notAfter - now < soonDays * dayMs
}

function foundRow(found: Found, output: Output, now: number): string[] {
  const { target, product, resource, region, names = [], issuer, keyType, installed } = found
  const [name = '-', ...more] = names.map(readableName)
  return [
    product,
    resource,
    region ?? '-',
    more.length === 0 ? name : output.text(labelTexts.more, { name, count: more.length }),
    untilText(found, output, now),
    keyType ?? '-',
    issuer ?? '-',
    installed?.reference ?? '-',
    target,
  ]
}

function untilText({ https, installed, unserved }: Found, output: Output, now: number): string {
  if (!installed) return https ? '-' : output.text(deployLabels.off)
  const { notAfter } = installed
  const until = notAfter === undefined ? '-' : dateText(notAfter)
  if (unserved) return output.text(deployLabels.unserved, { until })
  if (notAfter === undefined || notAfter - now >= soonDays * dayMs) return until
  const days = Math.floor((notAfter - now) / dayMs)
  return output.text(days < 0 ? deployLabels.expired : deployLabels.soon, { until, days })
}
