import { providers } from '../dns/providers/registry.ts'
import type { ProviderOption } from '../dns/provider.ts'
import { fill, type Language } from '../runtime/catalogue.ts'
import { providerTexts } from '../runtime/messages/command-texts.ts'
import type { CommandGrammar } from './command-grammar.ts'
import { definitions } from './table.ts'

/** The DNS providers with what can be set on each. */
export async function providerLines(
  which: NonNullable<CommandGrammar['listsProviders']>,
  { language, width }: { readonly language: Language; readonly width: number },
): Promise<string[]> {
  const lines = [fill(providerTexts.heading, language)]
  for (const [name, load] of Object.entries(providers)) {
    const module = await load()
    if (which === 'marking' && !('orphans' in module)) continue
    const rows = module.options.map((option: ProviderOption): [string, string] => [
      `  ${option.key}`,
      describedOption(option, language),
    ])
    lines.push(`  ${name}`, ...definitions(rows, width))
  }
  return lines
}

/** What an option is for, and what is to be known of it. */
export function describedOption(
  { summary, required, secret, env }: Omit<ProviderOption, 'key'>,
  language: Language,
): string {
  const notes = [
    ...(required ? [fill(providerTexts.required, language)] : []),
    ...(secret ? [fill(providerTexts.secret, language)] : []),
    ...(env ?? []).map((name) => `$${name}`),
  ]
  const text = summary[language]
  if (notes.length === 0) return text
  return language === 'zh' ? `${text}（${notes.join('，')}）` : `${text} (${notes.join(', ')})`
}
