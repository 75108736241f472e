/** The languages in which people are spoken to. */
export type Language = 'en' | 'zh'

/** What a person reads, in every language. `{name}` stands for a parameter. */
export type Text = Readonly<Record<Language, string>>

/** An error's message and what to do about it. */
export interface ErrorText {
  readonly message: Text
  /** In the imperative. */
  readonly hint?: Text
}

export type Params = Readonly<Record<string, string | number>>

/** Fills `{name}` from `params`. Control characters in a parameter are shown, never sent to a terminal. */
export function fill(text: Text, language: Language, params: Params = {}): string {
  return text[language].replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in params ? printable(String(params[name])) : whole,
  )
}

/** The same text with control characters (but for line ends and tabs) written as `\xNN`. */
export function printable(text: string): string {
  // C0 but \t and \n, DEL, C1, and what reorders text.
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\x${character.codePointAt(0)?.toString(16).padStart(2, '0')}`,
  )
}
