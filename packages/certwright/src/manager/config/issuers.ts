import { resolve } from 'node:path'
import { issuerNames, issuerUrl } from '../../issuance/known-issuers.ts'
import { CertwrightError } from '../../runtime/error.ts'
import type { DesiredExternalAccount, DesiredIssuer, DesiredLimits } from '../desired.ts'
import type { FilePath } from './complaint.ts'
import { durationMs } from './duration.ts'
import { referenceFrom } from './options.ts'
import { entryPaths, isFaulty, mappingAt, type Reading } from './reading.ts'
import type { IssuerEntry } from './schema.ts'

/** The issuers of a file, in its order; the first that is known by name where it lists none. */
export function desiredIssuers(reading: Reading): readonly DesiredIssuer[] {
  const paths = entryPaths(reading, ['issuers'])
  if (paths.length === 0) return [issuerFrom({ name: issuerNames[0] ?? '' }, ['issuers'], reading)]
  const issuers: DesiredIssuer[] = []
  for (const path of paths) {
    const entry = mappingAt<IssuerEntry>(reading, path, ['name'])
    if (!entry) continue
    const issuer = issuerFrom(entry, path, reading)
    const { name, directoryUrl } = issuer
    if (issuers.some((other) => other.name === name)) {
      const params = { name, kind: 'issuer' }
      reading.remarks.error('CONFIG_NAME_REPEATED', [...path, 'name'], params)
    }
    const same = issuers.find((other) => other.directoryUrl === directoryUrl)
    if (same && same.name !== name && directoryUrl !== '') {
      reading.remarks.error('CONFIG_DIRECTORY_REPEATED', path, { name, other: same.name })
    }
    issuers.push(issuer)
  }
  return issuers
}

function issuerFrom(entry: IssuerEntry, path: FilePath, reading: Reading): DesiredIssuer {
  const { name, email = [], eab, limits = {} } = entry
  const caFile = entry['ca-file']
  return {
    name,
    directoryUrl: directoryFrom(entry, path, reading),
    ...(caFile !== undefined && { caFile: resolve(reading.directory, caFile) }),
    contact: [email].flat().map((address) => `mailto:${address}`),
    agreeTerms: entry['agree-terms'] ?? false,
    ...(eab && { eab: externalAccountFrom(eab, [...path, 'eab'], reading) }),
    limits: limitsFrom(limits),
  }
}

/** Empty where there is none, which has then been remarked on. */
function directoryFrom({ name, directory }: IssuerEntry, path: FilePath, reading: Reading): string {
  const { remarks } = reading
  let url: string | undefined
  try {
    url = issuerUrl(directory ?? name)
  } catch (error) {
    // One that has ended, or that has a URL for each customer.
    if (!(error instanceof CertwrightError)) throw error
    const key = directory === undefined ? 'name' : 'directory'
    remarks.error(error.code, [...path, key], error.params)
    return ''
  }
  if (url !== undefined) return url
  if (isFaulty(reading, [...path, 'directory'])) return ''
  if (directory === undefined) {
    const params = { name, known: issuerNames.join(', ') }
    remarks.error('CONFIG_ISSUER_NEEDS_DIRECTORY', [...path, 'name'], params)
  } else remarks.error('CONFIG_DIRECTORY_FORM', [...path, 'directory'], { url: directory })
  return ''
}

function externalAccountFrom(
  { kid, key, algorithm = 'HS256' }: NonNullable<IssuerEntry['eab']>,
  path: FilePath,
  reading: Reading,
): DesiredExternalAccount {
  return { kid, key: referenceFrom(key, [...path, 'key'], reading), algorithm }
}

function limitsFrom(limits: NonNullable<IssuerEntry['limits']>): DesiredLimits {
  const rows = Object.entries(limits).flatMap(([name, limit]) =>
    limit ? [[name, { count: limit.count, periodMs: durationMs(limit.per) }] as const] : [],
  )
  return Object.fromEntries(rows)
}
