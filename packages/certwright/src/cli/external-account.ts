import { readMacKey, type ExternalAccount } from '@certwright/acme'
import type { ExternalAccountSource } from '../issuance/external-account.ts'
import { CertwrightError } from '../runtime/error.ts'
import { accountPromptTexts, macKeyTexts } from '../runtime/messages/account-texts.ts'
import { macAlgorithms } from './account-grammar.ts'
import { inputText } from './files.ts'
import { flagOf, type Options } from './options.ts'
import type { Session } from './session.ts'

/**
 * The external account that the options name. They are judged at once; the MAC key is read only when it is needed, and
 * asked for on a terminal where nothing says where it is.
 */
export function externalAccountFrom(
  options: Options,
  session: Session,
): ExternalAccountSource | undefined {
  const keyId = options.text('eabKid')
  const [file, variable] = [options.text('eabKeyFile'), options.text('eabKeyEnv')]
  if (file !== undefined && variable !== undefined) {
    throw new CertwrightError('USAGE_OPTIONS_EXCLUDE', {
      option: '--eab-key-file',
      other: '--eab-key-env',
    })
  }
  if (keyId === undefined) {
    const given = ['eabKeyFile', 'eabKeyEnv', 'eabAlg'].find((name) => options.text(name))
    if (given === undefined) return undefined
    throw new CertwrightError('USAGE_OPTION_NEEDS', {
      option: flagOf(given),
      needed: '--eab-kid ID',
    })
  }
  if (!/^[\x21-\x7e]+$/.test(keyId))
    throw new CertwrightError('USAGE_NOT_A_KEY_ID', { value: keyId })
  if (file === undefined && variable === undefined && !session.prompt) {
    throw new CertwrightError('USAGE_OPTION_NEEDS', {
      option: '--eab-kid',
      needed: '--eab-key-file FILE',
    })
  }
  const algorithm = macAlgorithms.find((known) => known === options.text('eabAlg'))
  let opened: Promise<ExternalAccount> | undefined
  const open = async (): Promise<ExternalAccount> => {
    const macKey = macKeyFrom(await macKeyText({ file, variable }, session), session)
    return { keyId, macKey, ...(algorithm && { algorithm }) }
  }
  return { keyId, open: async () => (opened ??= open()) }
}

async function macKeyText(
  { file, variable }: { readonly file: string | undefined; readonly variable: string | undefined },
  session: Session,
): Promise<string> {
  if (file !== undefined) return inputText(file, session)
  if (variable !== undefined) {
    const text = session.world.env[variable]
    if (text) return text
    throw new CertwrightError('USAGE_VARIABLE_NOT_SET', {
      option: '--eab-key-env',
      name: variable,
    })
  }
  const { prompt, output } = session
  return (await prompt?.password(output.text(accountPromptTexts.macKey))) ?? ''
}

/** Tells how the key's text differs from what it should be. */
function macKeyFrom(text: string, { output }: Session): Uint8Array {
  const named = namedValue(text)
  const { macKey, warnings } = readMacKey(named ?? text)
  const how = [
    ...(named === undefined ? [] : (['named-value'] as const)),
    ...warnings.filter((warning) => warning !== 'short-key'),
  ]
    // A file ends with a newline, and nobody needs to be told.
    .filter((warning) => warning !== 'white-space' || /\s/.test(text.trim()))
    .map((warning) => output.text(macKeyTexts[warning]))
  if (how.length > 0) {
    const list = how.join(macKeyTexts.listEnd[output.language])
    output.warn(output.text(macKeyTexts.normalised, { how: list }))
  }
  if (warnings.includes('short-key')) output.warn(output.text(macKeyTexts['short-key']))
  return macKey
}

/**
 * The value beside a name that speaks of a MAC, where the file is what a CA's program or API printed: YAML, JSON, or
 * what looks like it.
 */
function namedValue(text: string): string | undefined {
  return /["'[\s{,]\w*mac\w*["']?\s*[:=]\s*["']?([\w+/-]+=*)/i.exec(` ${text}`)?.[1]
}
