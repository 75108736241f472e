import { dirname } from 'node:path'
import type { TargetContext } from '../../deploy/target-context.ts'
import type { TargetRegistry } from '../../deploy/targets/registry.ts'
import type { Desired } from '../desired.ts'
import { desiredCertificates } from './certificates.ts'
import { desiredProviders } from './challenges.ts'
import { ConfigError, remarks, sortedComplaints, type Complaint } from './complaint.ts'
import { readDocument, type ConfigDocument } from './document.ts'
import { desiredIssuers } from './issuers.ts'
import { desiredNotifications } from './notifications.ts'
import { faultsOf, namesAt, type Reading } from './reading.ts'
import { configFile } from './schema.ts'
import { secretReader } from './secret-reader.ts'
import { checkShape } from './shape.ts'

/** What is lent to reading a file. */
export interface ConfigContext extends TargetContext {
  /** Every target there is; those of this package where absent. */
  readonly targets?: TargetRegistry | undefined
  /** The file is only looked at: a value that names a place and is not on this machine is warned about. */
  readonly checkOnly?: boolean
}

/** A file that can be used. */
export interface LoadedConfig {
  readonly file: string
  readonly desired: Desired
  /** What a person should know about it, by place. */
  readonly warnings: readonly Complaint[]
}

/**
 * Reads a file for what is wanted. Talks to nobody, changes nothing, and fetches no secret. Everything that is wrong
 * is thrown at once, as a `ConfigError`.
 *
 * @param file Absolute.
 */
export async function loadConfig(file: string, context: ConfigContext): Promise<LoadedConfig> {
  return configFrom(await readDocument(file), file, context)
}

/** Reads what a file at that path would say. YAML. */
export async function parseConfig(
  text: string,
  file: string,
  context: ConfigContext,
): Promise<LoadedConfig> {
  const { yamlDocument } = await import('./yaml-document.ts')
  return configFrom(yamlDocument(text, file), file, context)
}

async function configFrom(
  document: ConfigDocument,
  file: string,
  context: ConfigContext,
): Promise<LoadedConfig> {
  const found = remarks()
  const readable = document.value !== undefined
  if (readable) checkShape(configFile, document.value, found)
  const reading: Reading = {
    value: document.value,
    faults: faultsOf(found.all),
    remarks: found,
    directory: dirname(file),
    context,
    targets: context.targets,
    read: secretReader(context),
    checkOnly: context.checkOnly ?? false,
    used: new Set(),
  }
  const desired = readable ? await desiredFrom(reading) : undefined
  const complaints = sortedComplaints(
    [...document.remarks, ...found.all].map((remark): Complaint => {
      const { severity, code, params, path } = remark
      return { severity, code, params, path, position: document.locate(remark) }
    }),
  )
  if (!desired || complaints.some(({ severity }) => severity === 'error')) {
    throw new ConfigError(file, complaints)
  }
  return { file, desired, warnings: complaints }
}

async function desiredFrom(reading: Reading): Promise<Desired> {
  const issuers = desiredIssuers(reading)
  const dns = await desiredProviders(reading)
  const names = issuerNamesIn(reading)
  const surroundings = { dns, issuers: names.length > 0 ? names : issuers.map(({ name }) => name) }
  const certificates = await desiredCertificates(surroundings, reading)
  const notifications = await desiredNotifications(reading)
  remarkUnused(reading)
  return { issuers, certificates, notifications }
}

/** Those too whose entry is wrong: a certificate that names one is right. */
function issuerNamesIn({ value }: Reading): readonly string[] {
  const { issuers } = (value ?? {}) as { readonly issuers?: unknown }
  if (!Array.isArray(issuers)) return []
  return issuers.flatMap((entry: unknown) => {
    const { name } = (entry ?? {}) as { readonly name?: unknown }
    return typeof name === 'string' ? [name] : []
  })
}

/** Where anything is wrong, what uses a name may be what is wrong. */
function remarkUnused(reading: Reading): void {
  if (reading.remarks.all.some(({ severity }) => severity === 'error')) return
  for (const section of ['credentials', 'dns']) {
    for (const name of namesAt(reading, [section])) {
      if (reading.used.has(`${section}.${name}`)) continue
      reading.remarks.warning('CONFIG_UNUSED', [section, name], { name }, { onKey: true })
    }
  }
}
