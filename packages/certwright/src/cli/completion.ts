import type { Command } from '@bomb.sh/tab'
import { targets } from '../deploy/targets/registry.ts'
import { providers } from '../dns/providers/registry.ts'
import { fill, type Language } from '../runtime/catalogue.ts'
import { commandSummaries } from '../runtime/messages/help-texts.ts'
import { openStore, sealingOf } from '../store/open.ts'
import type { ArgumentGrammar, OptionGrammar } from './command-grammar.ts'
import { commandGrammars, globalOptions, type shells } from './grammar.ts'
import { holdsState, stateDirectory } from './state-directory.ts'
import type { World } from './world.ts'

export type Shell = (typeof shells)[number]

/** The script that a shell loads; it asks `certwright complete -- WORDS` at each press of the key. */
export async function completionScript(shell: Shell): Promise<string> {
  const { script } = await import('@bomb.sh/tab')
  const text = printed(() => script(shell, 'certwright', 'certwright'))
  return shell === 'bash' ? `${bashWords}\n${text}` : text
}

/** The script for bash counts on the bash-completion package, which a small server may not have. */
const bashWords = `if ! declare -F _get_comp_words_by_ref >/dev/null; then
  _get_comp_words_by_ref() {
    words=("\${COMP_WORDS[@]}")
    cword=$COMP_CWORD
    cur=\${COMP_WORDS[COMP_CWORD]}
    prev=\${COMP_WORDS[COMP_CWORD-1]}
  }
fi`

/**
 * Answers such a script: one candidate a line, a tab and its description, then the directive. Whatever goes wrong,
 * it only offers less: nobody wants an error in the middle of typing.
 */
export async function complete(
  words: readonly string[],
  world: World,
  language: Language,
): Promise<number> {
  const { RootCommand } = await import('@bomb.sh/tab')
  const root = new RootCommand()
  const offers: Offers = {
    ids: await certificateIds(words, world),
    'dns-providers': Object.keys(providers),
    targets: Object.keys(world.targets ?? targets),
    pathWanted: false,
  }
  describe(root, globalOptions, [], offers, language)
  for (const { name, options = [], arguments: args = [] } of commandGrammars) {
    const command = root.command(name, fill(commandSummaries[name], language))
    describe(command, [...options, ...globalOptions], args, offers, language)
  }
  const answer = printed(() => root.parse([...words]))
  world.stdout.write(offers.pathWanted ? withFiles(answer) : answer)
  return 0
}

interface Offers {
  readonly ids: readonly string[]
  readonly 'dns-providers': readonly string[]
  readonly targets: readonly string[]
  /** The word being typed is a path. */
  pathWanted: boolean
}

function describe(
  command: Command,
  options: readonly OptionGrammar[],
  args: readonly ArgumentGrammar[],
  offers: Offers,
  language: Language,
): void {
  for (const option of options) {
    const { flags, text, params } = option
    const [, short, long = ''] = /^(?:-(\w), )?--([\w-]+)/.exec(flags) ?? []
    const description = fill(text, language, params)
    if (!flags.includes('<')) command.option(long, description, short ?? '')
    else command.option(long, description, (offer) => offerValues(option, offers, offer), short)
  }
  for (const { name, choices, offers: kind } of args) {
    const values = choices ?? (kind && offers[kind]) ?? []
    command.argument(
      name,
      (offer) => {
        for (const value of values) offer(value, '')
      },
      name.includes('...'),
    )
  }
}

function offerValues(
  { choices, offers: kind, path }: OptionGrammar,
  offers: Offers,
  offer: (value: string, description: string) => void,
): void {
  if (path) Object.assign(offers, { pathWanted: true })
  const values = choices ?? (typeof kind === 'string' ? offers[kind] : kind) ?? []
  for (const value of values) offer(value, '')
}

/** The directive `0` leaves the word to the shell's own completion of files. */
function withFiles(answer: string): string {
  return answer.replace(/:\d+\n$/, ':0\n')
}

async function certificateIds(words: readonly string[], world: World): Promise<readonly string[]> {
  const at = words.lastIndexOf('--state')
  const asked =
    words[at + 1] && at !== -1
      ? words[at + 1]
      : words.findLast((word) => word.startsWith('--state='))?.slice('--state='.length)
  const directory = stateDirectory(asked, world)
  if (!holdsState(directory)) return []
  try {
    const { env, host, openDatabase } = world
    const sealing = sealingOf(env)
    const store = await openStore({
      directory,
      sealing,
      host,
      ...(openDatabase && { openDatabase }),
    })
    try {
      return (await store.certificates()).map(({ id }) => id)
    } finally {
      await store.close()
    }
  } catch {
    return []
  }
}

/** What a synchronous call prints: tab knows no other way out than the console. */
function printed(task: () => void): string {
  const { console } = globalThis
  const log: unknown = Reflect.get(console, 'log')
  let text = ''
  console.log = (...lines: readonly unknown[]) => {
    text += `${lines.map(String).join(' ')}\n`
  }
  try {
    task()
  } finally {
    Reflect.set(console, 'log', log)
  }
  return text
}
