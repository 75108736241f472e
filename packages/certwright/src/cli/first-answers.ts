import { AcmeError, identifierFrom } from '@certwright/acme'
import type { TargetOption } from '../deploy/target.ts'
import { targetModule, targets } from '../deploy/targets/registry.ts'
import type { ProviderModule } from '../dns/provider-options.ts'
import type { ProviderOption } from '../dns/provider.ts'
import { providers, type ProviderName } from '../dns/providers/registry.ts'
import { issuerNames } from '../issuance/known-issuers.ts'
import type {
  ChallengeEntry,
  InstallEntry,
  OptionEntry,
  ProviderEntry,
} from '../manager/config/schema.ts'
import { fill, type Text } from '../runtime/catalogue.ts'
import { CertwrightError, type ErrorCode } from '../runtime/error.ts'
import { nameReasons } from '../runtime/messages/acme-texts.ts'
import { initTexts } from '../runtime/messages/config-command-texts.ts'
import { errorTexts } from '../runtime/messages/index.ts'
import { issuerEntry, type FirstFile } from './first-file.ts'
import { mailtoUrl } from './options.ts'
import type { Output } from './output.ts'
import type { Prompt } from './prompt.ts'
import type { Session } from './session.ts'

/** What a first file is made from, as a person answers. */
export async function answersOf(
  prompt: Prompt,
  { output, world, path }: Pick<Session, 'output' | 'world' | 'path'>,
): Promise<FirstFile> {
  const names = await namesAnswered(prompt, output)
  const issuer = issuerEntry(
    await prompt.select(
      output.text(initTexts.issuer),
      issuerNames.map((value) => ({ value })),
    ),
  )
  const email = await prompt.text(output.text(initTexts.email), {
    initial: '',
    complain: (text) => (text === '' ? undefined : complaint(() => mailtoUrl(text), output)),
  })
  const agreed = await prompt.confirm(output.text(initTexts.agree))
  const proof = await proofAnswered(names, prompt, { output, path, world })
  const installs = await installsAnswered(prompt, output, world.targets ?? targets)
  return {
    names,
    issuer: { ...issuer, ...(email !== '' && { email }), 'agree-terms': agreed },
    ...proof,
    installs,
  }
}

async function namesAnswered(prompt: Prompt, output: Output): Promise<readonly string[]> {
  const split = (text: string): readonly string[] =>
    text.split(/[\s,]+/).filter((name) => name !== '')
  const typed = await prompt.text(output.text(initTexts.names), {
    complain(text) {
      const names = split(text)
      if (names.length === 0) return output.text(initTexts.needed)
      return names.map((name) => nameComplaint(name, output)).find((one) => one !== undefined)
    },
  })
  return split(typed)
}

function nameComplaint(name: string, output: Output): string | undefined {
  try {
    identifierFrom(name)
    return undefined
  } catch (error) {
    if (!(error instanceof AcmeError)) throw error
    const text: Text | undefined = nameReasons[error.reason ?? '']
    const reason = text?.[output.language] ?? error.message
    return output.text(errorTexts.CONFIG_NOT_A_NAME.message, { name, reason })
  }
}

/** What an error of ours says; `undefined` where there is none. */
function complaint(task: () => unknown, output: Output): string | undefined {
  try {
    task()
    return undefined
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error
    return fill(messageOf(error.code), output.language, error.params)
  }
}

function messageOf(code: ErrorCode): Text {
  return errorTexts[code].message
}

const ways = ['http-01', 'webroot', 'tls-alpn-01', 'dns'] as const

async function proofAnswered(
  names: readonly string[],
  prompt: Prompt,
  { output, path, world }: Pick<Session, 'output' | 'path' | 'world'>,
): Promise<{ readonly challenge?: ChallengeEntry; readonly dns?: ProviderEntry }> {
  const needsDns = names.some((name) => name.startsWith('*.'))
  const choices = ways.map((value) => ({ value, hint: output.text(initTexts[value]) }))
  const way = needsDns ? 'dns' : await prompt.select(output.text(initTexts.challenge), choices)
  if (way === 'tls-alpn-01') return { challenge: 'tls-alpn-01' }
  if (way === 'webroot') {
    const webroot = await prompt.text(output.text(initTexts.directory), {
      initial: '/var/www/html',
    })
    return { challenge: { webroot: path(webroot || '/var/www/html') } }
  }
  if (way !== 'dns') return {}
  const provider = (await prompt.select(
    output.text(initTexts.provider),
    Object.keys(providers).map((value) => ({ value })),
  )) as ProviderName
  const module: ProviderModule = await providers[provider]()
  // Without its secrets a provider does nothing, though the environment may have them under names of its own.
  const asked = module.options.filter(({ required, secret }) => required || secret)
  const options = await optionsAnswered(provider, asked, prompt, output)
  // Some are needed only beside others.
  for (
    let more = neededBeside(module, options, world);
    more;
    more = neededBeside(module, options, world)
  ) {
    Object.assign(
      options,
      await optionsAnswered(provider, [{ ...more, required: true }], prompt, output),
    )
  }
  return {
    challenge: { dns: provider },
    dns: { provider, ...(Object.keys(options).length > 0 && { options }) },
  }
}

/** An option that the provider still misses. */
function neededBeside(
  { options: known, provider }: ProviderModule,
  options: Readonly<Record<string, OptionEntry>>,
  world: Session['world'],
): ProviderOption | undefined {
  const values = Object.entries(options).map(([key, value]) => {
    return [key, typeof value === 'string' ? value : 'unknown'] as const
  })
  try {
    provider(Object.fromEntries(values), world)
    return undefined
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error
    return known.find(({ key }) => key === error.params['option'] && !(key in options))
  }
}

async function installsAnswered(
  prompt: Prompt,
  output: Output,
  registry: NonNullable<Session['world']['targets']>,
): Promise<readonly InstallEntry[]> {
  const nowhere = { value: '-', hint: output.text(initTexts.nowhere) }
  const modules = await Promise.all(
    Object.keys(registry).map(async (name) => (await targetModule(name, registry)).target),
  )
  const target = await prompt.select(output.text(initTexts.target), [
    nowhere,
    ...modules.map(({ name, summary }) => ({ value: name, hint: output.text(summary) })),
  ])
  const kind = modules.find(({ name }) => name === target)
  if (!kind) return []
  const asked = kind.options.filter(({ required, secret }) => required || secret)
  const options = await optionsAnswered(target, asked, prompt, output)
  return [{ target, ...(Object.keys(options).length > 0 && { options }) }]
}

/** Each of these options. Of a secret only where it comes from is asked; nothing typed leaves it out. */
async function optionsAnswered(
  provider: string,
  options: readonly (ProviderOption | TargetOption)[],
  prompt: Prompt,
  output: Output,
): Promise<Record<string, OptionEntry>> {
  const answers: Record<string, OptionEntry> = {}
  for (const { key, summary, required, secret, env = [] } of options) {
    const question = secret
      ? output.text(initTexts.secret, { provider, key })
      : output.text(initTexts.option, { provider, key, summary: output.text(summary) })
    const answer = await prompt.text(question, {
      initial: secret ? (env[0] ?? '') : '',
      complain: (text) => (required && text === '' ? output.text(initTexts.needed) : undefined),
    })
    const value = answer || (secret ? (env[0] ?? '') : '')
    if (value !== '') answers[key] = secret ? { env: value } : value
  }
  return answers
}
