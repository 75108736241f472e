import type { Language } from '../runtime/catalogue.ts'

export const languages = ['en', 'zh'] as const satisfies readonly Language[]

/** The value of the last `--lang`, whatever else the command line says: errors in it are told in that language too. */
function asked(argv: readonly string[]): string | undefined {
  let language: string | undefined
  for (const [index, argument] of argv.entries()) {
    if (argument === '--') break
    if (argument === '--lang') language = argv[index + 1]
    if (argument.startsWith('--lang=')) language = argument.slice('--lang='.length)
  }
  return language
}

/** The language to speak: what the command line asks for, else the locale's (POSIX.1-2024 §8.2), else English. */
export function languageOf(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Language {
  const wanted = languages.find((language) => language === asked(argv))
  if (wanted) return wanted
  const locale = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => value)
  return locale !== undefined && /^zh(?![a-z])/i.test(locale) ? 'zh' : 'en'
}
