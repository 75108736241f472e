import { Document, isMap, isPair, isScalar, isSeq, visit, type Node } from 'yaml'
import { fill, type Language } from '../../runtime/catalogue.ts'
import { fileComments } from '../../runtime/messages/takeover-texts.ts'
import type { ConfigFile } from './schema.ts'

export interface ConfigTextOptions {
  readonly language: Language
  /** Lines above a certificate, by its place in the list. */
  readonly notes?: ReadonlyMap<number, readonly string[]>
}

/** Short lists and mappings of one value stand on one line. */
const onOneLine: ReadonlySet<string> = new Set([
  'names',
  'issuers',
  'email',
  'command',
  'resolvers',
  'challenge',
])

/** A file as YAML, with comments that say what its parts are. */
export function configText(
  file: ConfigFile,
  { language, notes = new Map() }: ConfigTextOptions,
): string {
  const document = new Document(file)
  document.commentBefore = commented(fill(fileComments.head, language))
  visit(document, {
    Pair(_, { key, value }) {
      const name = isScalar(key) ? String(key.value) : ''
      const isList = isSeq(value) && value.items.every(isScalar)
      const isShort =
        isMap(value) && value.items.every((pair) => isPair(pair) && isScalar(pair.value))
      if (onOneLine.has(name) && (isList || isShort)) Object.assign(value, { flow: true })
      const isReference =
        isMap(value) && value.items.length === 1 && ['env', 'file'].some((one) => value.has(one))
      if (isReference) value.flow = true
    },
  })
  if (isMap(document.contents)) {
    for (const [i, { key, value }] of document.contents.items.entries()) {
      const name = isScalar(key) ? String(key.value) : ''
      const text = Object.entries(fileComments).find(([section]) => section === name)?.[1]
      if (text) Object.assign(key as Node, { commentBefore: commented(fill(text, language)) })
      if (i > 0) Object.assign(key as Node, { spaceBefore: true })
      if (name === 'certificates' && isSeq(value)) note(value.items as Node[], notes)
    }
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true })
}

function note(items: readonly Node[], notes: ReadonlyMap<number, readonly string[]>): void {
  for (const [i, item] of items.entries()) {
    const lines = notes.get(i) ?? []
    if (lines.length > 0) item.commentBefore = commented(lines.join('\n'))
  }
}

function commented(text: string): string {
  return text
    .split('\n')
    .map((line) => ` ${line}`)
    .join('\n')
}
