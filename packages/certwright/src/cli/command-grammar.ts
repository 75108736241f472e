import type { Params, Text } from '../runtime/catalogue.ts'
import type { commandSummaries } from '../runtime/messages/help-texts.ts'

/** One option, as data: the parser, the help and the completion are made from it. */
export interface OptionGrammar {
  /** As a person reads it, e.g. `-q, --quiet` or `--cert <ID>`. */
  readonly flags: string
  readonly text: Text
  readonly params?: Params
  /** The only values it takes. */
  readonly choices?: readonly string[]
  /** Values worth offering; others are taken too. */
  readonly offers?: readonly string[] | 'dns-providers' | 'targets' | 'ids'
  readonly repeated?: true
  /** Its value is a path, which the shell completes. */
  readonly path?: true
}

export interface ArgumentGrammar {
  /** `<ID>` must be given, `[ID]` may be; `[ID...]` may be given several times. */
  readonly name: string
  readonly text: Text
  readonly choices?: readonly string[]
  readonly offers?: 'ids'
}

/** One command, as data. */
export interface CommandGrammar {
  /** Its words, e.g. `account create`. */
  readonly name: keyof typeof commandSummaries
  readonly details?: Text
  readonly arguments?: readonly ArgumentGrammar[]
  readonly options?: readonly OptionGrammar[]
  readonly examples?: readonly (readonly [command: string, caption: Text])[]
  /** Only words below it do something. */
  readonly group?: true
  /** Its help lists the DNS providers and their options: all, or those whose records bear our mark. */
  readonly listsProviders?: 'all' | 'marking'
  /** Its help lists the targets and their options. */
  readonly listsTargets?: true
}
