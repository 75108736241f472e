import { existsSync } from 'node:fs'
import { issuerNames } from '../../issuance/known-issuers.ts'
import type { IssuerEntry, OptionEntry, ProviderEntry } from '../../manager/config/schema.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { initTexts } from '../../runtime/messages/config-command-texts.ts'
import type { CommandRun } from '../command.ts'
import { warnOf } from '../complaint-report.ts'
import { exitCode } from '../exit-code.ts'
import { newFile, rootsIn } from '../files.ts'
import { firstFile, issuerEntry, type FirstFile } from '../first-file.ts'
import { keyValues, mailtoUrl, type Options } from '../options.ts'
import type { Session } from '../session.ts'

/** Writes a first file: from the options, or from what a person answers. Nothing else is touched. */
export const init: CommandRun = async ({ arguments: names, options }, session) => {
  const { output, prompt, path, world } = session
  const file = path(options.text('write') ?? 'certwright.yaml')
  if (existsSync(file)) throw new CertwrightError('FILE_EXISTS', { path: file })
  const [{ configText }, { parseConfig }, { answersOf }] = await Promise.all([
    import('../../manager/config/config-text.ts'),
    import('../../manager/config/load.ts'),
    import('../first-answers.ts'),
  ])
  if (names.length === 0 && !prompt) throw new CertwrightError('USAGE_PROMPT_NEEDED')
  const asks = names.length === 0 && prompt
  const first = asks ? await answersOf(prompt, session) : firstFrom(names, options, session)
  const text = configText(firstFile(first), { language: output.language })
  // What could not be used is not written: the complaints are about the text that would stand there.
  const { warnings } = await parseConfig(text, file, { ...world, checkOnly: true })
  const hasSecret = warnings.some(({ code }) => code === 'CONFIG_SECRET_INLINE')
  await newFile(file, text, hasSecret ? 0o600 : 0o644)
  warnOf(warnings, output)
  output.result({ file, text }, () => [output.text(initTexts.written, { path: file })])
  output.note(output.text(initTexts.next))
  return exitCode.done
}

function firstFrom(names: readonly string[], options: Options, { path }: Session): FirstFile {
  const [webroot, dns, port] = [
    options.text('webroot'),
    options.text('dns'),
    options.port('httpPort'),
  ]
  const values = keyValues(options.list('dnsOption'), '--dns-option')
  const [one, other] = Object.entries({ '--webroot': webroot, '--dns': dns, '--http-port': port })
    .filter(([, value]) => value !== undefined)
    .map(([flag]) => flag)
  if (one !== undefined && other !== undefined) {
    throw new CertwrightError('USAGE_OPTIONS_EXCLUDE', { option: one, other })
  }
  if (dns === undefined && Object.keys(values).length > 0) {
    const params = { option: '--dns-option', needed: '--dns PROVIDER' }
    throw new CertwrightError('USAGE_OPTION_NEEDS', params)
  }
  return {
    names,
    issuer: issuerFrom(options, path),
    ...(webroot !== undefined && { challenge: { webroot: path(webroot) } }),
    ...(port !== undefined && { challenge: { type: 'http-01', port } }),
    ...(dns !== undefined && { challenge: { dns }, dns: providerFrom(dns, values) }),
    installs: options.list('install'),
  }
}

function issuerFrom(options: Options, path: Session['path']): IssuerEntry {
  const [caFile, email] = [options.text('caFile'), options.text('email')]
  if (caFile !== undefined) rootsIn(path(caFile))
  if (email !== undefined) mailtoUrl(email)
  return {
    ...issuerEntry(options.text('issuer') ?? issuerNames[0] ?? ''),
    ...(caFile !== undefined && { 'ca-file': path(caFile) }),
    ...(email !== undefined && { email }),
    'agree-terms': options.flag('agreeTos'),
  }
}

/** `KEY=env:NAME` and `KEY=file:PATH` say where a secret comes from. */
function providerFrom(provider: string, values: Readonly<Record<string, string>>): ProviderEntry {
  const options = Object.entries(values).map(([key, value]): [string, OptionEntry] => {
    const [, from, place = ''] = /^(env|file):(.+)$/s.exec(value) ?? []
    if (from === 'env') return [key, { env: place }]
    return [key, from === 'file' ? { file: place } : value]
  })
  return { provider, ...(options.length > 0 && { options: Object.fromEntries(options) }) }
}
