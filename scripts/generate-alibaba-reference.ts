// Writes docs/reference/alibaba.md from what each target and DNS provider declares, from facts that they cannot declare,
// and from the names of tests; `--check` only compares.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { alibabaAccountOptions } from '../packages/certwright/src/cloud/alibaba/account-options.ts'
import { purposes } from '../packages/certwright/src/cloud/alibaba/policy.ts'
import {
  productFacts,
  type AlibabaProduct,
} from '../packages/certwright/src/cloud/alibaba/product.ts'
import type { Permission } from '../packages/certwright/src/deploy/target.ts'
import { storePermissions } from '../packages/certwright/src/deploy/targets/alibaba/permissions.ts'
import { targets } from '../packages/certwright/src/deploy/targets/registry.ts'
import { providers } from '../packages/certwright/src/dns/providers/registry.ts'
import { providerFacts, storeCalls, targetFacts } from './alibaba-facts.ts'
import { missingNumbers, namedTests, testFilesIn } from './named-tests.ts'

interface Option {
  readonly key: string
  readonly summary: { readonly en: string }
  readonly required?: boolean
}

const root = new URL('..', import.meta.url)
const shared = new Set<string>(alibabaAccountOptions.map(({ key }) => key))
const inStore = new Set(storePermissions.map(({ action }) => action))

function optionRows(options: readonly Option[]): string[] {
  const rows = options
    .filter(({ key }) => !shared.has(key))
    .map(
      ({ key, summary, required }) =>
        `| \`${key}\`${required ? ' (required)' : ''} | ${cell(summary.en)} |`,
    )
  return rows.length === 0 ? [] : ['', '| option | |', '|---|---|', ...rows]
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

/** One row an action: what it is called for, and what a policy grants. Throws where the two do not agree. */
function callRows(
  name: string,
  permissions: readonly Permission[],
  calls: Readonly<Record<string, string>>,
): string[] {
  const granted = new Map(permissions.map(({ action, resource }) => [action, resource]))
  const code = permissions[0]?.action.split(':')[0] ?? ''
  const told = Object.entries(calls).map(
    ([action, purpose]) => [action.includes(':') ? action : `${code}:${action}`, purpose] as const,
  )
  const untold = [...granted.keys()].filter((action) => !told.some(([one]) => one === action))
  const ungranted = told.map(([action]) => action).filter((action) => !granted.has(action))
  if (untold.length + ungranted.length > 0) {
    const where = `${name} in scripts/alibaba-facts.ts`
    throw new Error(
      `${where}: not told: ${untold.join(', ')}; not granted: ${ungranted.join(', ')}`,
    )
  }
  return told.map(
    ([action, purpose]) => `| \`${action}\` | ${cell(purpose)} | \`${granted.get(action)}\` |`,
  )
}

const callHeading = ['', '| RAM action | called for | resource |', '|---|---|---|']

function list(heading: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : ['', `${heading}:`, '', ...items.map((item) => `- ${item}`)]
}

/** Version, hosts and rate of an API. */
function apiText(api: string, style: string): string {
  if (api === 'oss') {
    return 'OSS, signature version 4 (REST). `https://<bucket>.oss-<region>.aliyuncs.com`.'
  }
  const { version, host, callsPerSecond } = productFacts(api as AlibabaProduct)
  const hosts = [host('cn-hangzhou', 'china'), host('ap-southeast-1', 'international')]
  const rate =
    callsPerSecond === undefined ? '' : ` At most ${callsPerSecond} calls a second are made.`
  const [china = '', international = ''] = hosts.map((one) => `\`${one}\``)
  const at =
    china === international ? china : `${china}, on the international site ${international}`
  return `API version ${version} (${style}), at ${at}.${rate}`
}

async function targetSections(): Promise<string[]> {
  const sections: string[] = []
  for (const [name, load] of Object.entries(targets)) {
    const facts = targetFacts[name]
    if (!facts) {
      if (name.startsWith('alibaba-')) throw new Error(`scripts/alibaba-facts.ts lacks ${name}`)
      continue
    }
    const { target } = await load()
    const all: readonly Permission[] = target.permissions
    const own = all.filter(({ action }) => !inStore.has(action))
    const usesStore = own.length < all.length
    sections.push(
      `### ${name}`,
      '',
      `${target.summary.en}. ${apiText(facts.api, facts.style)}`,
      '',
      `Keys: ${target.keyTypes.map((type) => `\`${type}\``).join(', ')}. ${facts.given}`,
      ...optionRows(target.options),
      ...(own.length > 0 ? [...callHeading, ...callRows(name, own, facts.calls)] : []),
      ...(usesStore ? ['', 'And those of [the store](#the-store-cas).'] : []),
      ...list('Needs', facts.needs),
      ...list('Limits', facts.limits),
      ...list('Never tried on the live service', facts.untried),
      '',
    )
  }
  return sections
}

async function providerSections(): Promise<string[]> {
  const sections: string[] = []
  for (const name of ['alibaba-dns', 'alibaba-esa-dns'] as const) {
    const facts = providerFacts[name]
    if (!facts) throw new Error(`scripts/alibaba-facts.ts lacks ${name}`)
    const { options } = await providers[name]()
    sections.push(
      `### ${name}`,
      '',
      apiText(facts.api, 'RPC'),
      ...optionRows(options),
      ...callHeading,
      ...callRows(name, purposes[facts.purpose], facts.calls),
      ...list('Needs', facts.needs),
      ...list('Limits', facts.limits),
      ...list('Never tried on the live service', facts.untried),
      '',
    )
  }
  return sections
}

/** A table of numbers, each with the test that is named after it. Throws where one has none. */
function testRows(kind: 'pitfall' | 'complaint', count: number): string[] {
  const path = `packages/certwright/test/alibaba/${kind}s`
  const tests = namedTests(kind, testFilesIn(fileURLToPath(new URL(path, root))))
  const missing = missingNumbers(tests, count)
  if (missing.length > 0) throw new Error(`no test is named after ${kind} ${missing.join(', ')}`)
  return tests.map(
    ({ number, title, file }) =>
      `| ${number} | ${cell(title)} | [${file}](../../${path}/${file}) |`,
  )
}

const text = [
  '# Alibaba Cloud',
  '',
  'Generated by `node scripts/generate-alibaba-reference.ts` from what each file declares and from',
  '`scripts/alibaba-facts.ts`. How to begin stands in the [guide](../guide/alibaba-cloud.md)',
  '([中文](../guide/alibaba-cloud.zh.md)).',
  '',
  '**Nothing here was ever called on the live service.** Signatures are compared with those of the official SDKs; parameters,',
  'replies and errors follow the official SDK and documents. Every target runs against an emulator that was written from the',
  'same, with a key that may do no more than the policy below allows, and is shaken hands with. Error codes that no source',
  'confirms are marked `assumed` in the emulator.',
  '',
  '## Options that all of them take',
  '',
  '| option | |',
  '|---|---|',
  ...alibabaAccountOptions.map(({ key, summary }) => `| \`${key}\` | ${cell(summary.en)} |`),
  '',
  'What is not given comes from the environment and the files of the Alibaba Cloud CLI: an access key, an OIDC token (RRSA),',
  'a profile of `~/.aliyun/config.json`, `~/.alibabacloud/credentials`, the ECS role that `ALIBABA_CLOUD_ECS_METADATA`',
  'names, and `ALIBABA_CLOUD_CREDENTIALS_URI`, in this order. The metadata service of ECS is asked only where a role is',
  'named. Different accounts can be used for DNS and for each target.',
  '',
  '## How it is called',
  '',
  '| | |',
  '|---|---|',
  '| Signatures | ACS3-HMAC-SHA256 for RPC and ROA, OSS4-HMAC-SHA256 for OSS. Parameters go in the form body, secrets never in a URL |',
  '| Time | 10 seconds to connect and 60 for an attempt; six attempts, 10 minutes in all |',
  '| Tried again | throttling, `ServiceUnavailable`, `InternalError`, `SystemBusy`, `ServiceBusy`, a broken connection, and what each product says of a change under way; with growing pauses. Nothing else |',
  '| Proxy | `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`; `https:` is tunnelled. OIDC and the credentials URI do not go by it |',
  '| Errors | code, message and request id, also inside HTTP 200; the RAM action that is missing (`AccessDeniedDetail`); a clock that is off, by the `Date` of the reply |',
  '',
  '## DNS providers',
  '',
  ...(await providerSections()),
  '## The store (CAS)',
  '',
  'A certificate goes to the account’s store once, for all targets that refer to it.',
  ...callHeading,
  ...callRows('storeCalls', storePermissions, storeCalls),
  '',
  '## Targets',
  '',
  'Each is read, written, read again and shaken hands with. None switches HTTPS off on the way; certificates of other',
  'owners are neither unbound nor deleted. `certwright policy alibaba --for TARGET` prints what is granted here.',
  '',
  ...(await targetSections()),
  '## Pitfalls',
  '',
  'Ways in which clients of these APIs have failed, each with the test that fails when this one does.',
  '',
  '| | pitfall | test |',
  '|---|---|---|',
  ...testRows('pitfall', 25),
  '',
  '## Complaints',
  '',
  'What users of other tools complain about most, each with the test that shows it is otherwise here.',
  '',
  '| | complaint | test |',
  '|---|---|---|',
  ...testRows('complaint', 20),
  '',
].join('\n')

const path = fileURLToPath(new URL('docs/reference/alibaba.md', root))
if (!process.argv.includes('--check')) writeFileSync(path, text)
else if (readFileSync(path, 'utf8') !== text) {
  process.stderr.write(
    'docs/reference/alibaba.md is not what is declared: run node scripts/generate-alibaba-reference.ts\n',
  )
  process.exitCode = 1
}
