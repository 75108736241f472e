import { Secret } from '../../runtime/secret.ts'

/** One element of a reply: attributes and comments are dropped, for OSS says nothing in them. */
export interface XmlElement {
  readonly name: string
  /** Its own text, without white space at the ends. */
  readonly text: string
  readonly children: readonly XmlElement[]
}

/** What an element holds: text, or elements by name. `undefined` is left out. */
export type XmlContent =
  | string
  | number
  | boolean
  | Secret
  | undefined
  | { readonly [name: string]: XmlContent }

/** One element and what is in it. Names are written as they are given. */
export function writeXml(name: string, content: XmlContent): string {
  if (content === undefined) return ''
  return `<${name}>${inner(content)}</${name}>`
}

function inner(content: Exclude<XmlContent, undefined>): string {
  if (content instanceof Secret) return escaped(content.reveal())
  if (typeof content !== 'object') return escaped(String(content))
  return Object.entries(content)
    .map(([name, value]) => writeXml(name, value))
    .join('')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

const token =
  /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z_][\w.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y

interface Open {
  readonly name: string
  text: string
  readonly children: XmlElement[]
}

/** Deeper than any reply of OSS. */
const depthLimit = 32

/**
 * The root element of a document. Strict and small: no document type, no entities but XML's own five and numbers.
 * Anything else is a `RangeError`.
 */
export function readXml(text: string): XmlElement {
  const document: Open = { name: '', text: '', children: [] }
  const open = [document]
  const source = text.replace(/^\uFEFF/, '')
  token.lastIndex = 0
  for (let at = 0; at < source.length; at = token.lastIndex) {
    token.lastIndex = at
    const match = token.exec(source)
    const top = open.at(-1)
    if (!match || !top || open.length > depthLimit) throw new RangeError(`no XML at ${at}`)
    const [, cdata, closing, name, attributes, empty, plain] = match
    if (cdata !== undefined) top.text += cdata
    else if (plain !== undefined) top.text += unescaped(plain)
    else if (name === undefined) continue
    else if (closing) {
      if (top.name !== name || attributes || empty) throw new RangeError(`wrong end tag at ${at}`)
      open.pop()
      open.at(-1)?.children.push({ ...top, text: top.text.trim() })
    } else if (empty) top.children.push({ name, text: '', children: [] })
    else open.push({ name, text: '', children: [] })
  }
  const [root] = document.children
  if (open.length > 1 || !root || document.children.length > 1 || document.text.trim() !== '') {
    throw new RangeError('not one whole XML document')
  }
  return root
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

function unescaped(text: string): string {
  return text.replaceAll(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|\w+)?;?/g, (whole, name?: string) => {
    const known = name !== undefined && whole.endsWith(';') ? characterOf(name) : undefined
    if (known === undefined) throw new RangeError('unknown entity')
    return known
  })
}

function characterOf(name: string): string | undefined {
  if (!name.startsWith('#')) return Object.hasOwn(entities, name) ? entities[name] : undefined
  const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : undefined
}

/** The children of that name. */
export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? []
}

/** The text at a path of names; `undefined` where there is no such element, or it is empty. */
export function textOf(element: XmlElement | undefined, ...path: string[]): string | undefined {
  const found = path.reduce<XmlElement | undefined>(
    (parent, name) => childrenOf(parent, name)[0],
    element,
  )
  return found?.text || undefined
}
