/** A program and its arguments. */
export type CommandLine = readonly [program: string, ...args: string[]]

/**
 * The words of a command as a person types it: split at spaces, quotes of both kinds keep them together. Nothing else
 * has a meaning, for no shell reads it. `undefined` where a quote is not closed or there is no word.
 */
export function commandLineFrom(text: string): CommandLine | undefined {
  const words: string[] = []
  const word = /(?:[^\s"']|"[^"]*"|'[^']*')+/y
  let at = 0
  for (;;) {
    at += /^\s*/.exec(text.slice(at))?.[0].length ?? 0
    if (at === text.length) break
    word.lastIndex = at
    const [found] = word.exec(text) ?? []
    if (found === undefined) return undefined
    words.push(
      found.replace(
        /"([^"]*)"|'([^']*)'/g,
        (_, double?: string, single?: string) => double ?? single ?? '',
      ),
    )
    at += found.length
  }
  const [program, ...args] = words
  return program === undefined || program === '' ? undefined : [program, ...args]
}

/** The text that `commandLineFrom` reads, for people. */
export function commandText(line: CommandLine): string {
  return line
    .map((word) => {
      if (word !== '' && !/[\s"']/.test(word)) return word
      return word.includes("'") ? `"${word}"` : `'${word}'`
    })
    .join(' ')
}

/** One word as a POSIX shell reads it back: for the shell at the far end of ssh, which cannot be gone round. */
export function posixQuoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
