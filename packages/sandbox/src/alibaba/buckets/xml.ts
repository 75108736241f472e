/** What an element holds: text, elements by name, or several of one name. */
export type XmlContent =
  | string
  | readonly XmlContent[]
  | { readonly [name: string]: XmlContent | undefined }

/** Writes a document. A list becomes one element for each member. */
export function writeXml(root: string, content: XmlContent): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, content)}`
}

function element(name: string, content: XmlContent): string {
  if (typeof content === 'string') return `<${name}>${escaped(content)}</${name}>`
  if (isList(content)) return content.map((member) => element(name, member)).join('')
  const inner = Object.entries(content).map(([member, value]) =>
    value === undefined ? '' : element(member, value),
  )
  return `<${name}>${inner.join('')}</${name}>`
}

function isList(content: XmlContent): content is readonly XmlContent[] {
  return Array.isArray(content)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

const token = /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([\w.:-]+)(?:\s[^<>]*?)?(\/?)>|([^<]+)/gy

interface Open {
  readonly name: string
  readonly children: Record<string, XmlContent>
  text: string
}

/** Reads a document whose elements are each there once, as requests have them; `undefined` where it is not one. */
export function readXml(text: string): { readonly [name: string]: XmlContent } | undefined {
  const document: Open = { name: '', children: {}, text: '' }
  const open: Open[] = [document]
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const match = token.exec(text)
    const current = open.at(-1)
    if (!match || !current) return undefined
    const [, closing, name, single, data] = match
    if (data !== undefined) current.text += data
    else if (name === undefined) continue
    else if (single === '/') current.children[name] = ''
    else if (closing === '/') {
      open.pop()
      const parent = open.at(-1)
      if (current.name !== name || !parent) return undefined
      parent.children[name] = contentOf(current)
    } else open.push({ name, children: {}, text: '' })
  }
  return open.length === 1 ? document.children : undefined
}

function contentOf({ children, text }: Open): XmlContent {
  return Object.keys(children).length > 0 ? children : unescaped(text)
}

const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
}

function unescaped(text: string): string {
  return text.replaceAll(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    const code = hex ? Number.parseInt(String(hex), 16) : Number(decimal ?? 0)
    return code > 0 && code < 0x11_0000
      ? String.fromCodePoint(code)
      : (entities[String(name)] ?? whole)
  })
}

/** The text at a path of elements; empty where there is none. */
export function textAt(content: XmlContent | undefined, ...path: readonly string[]): string {
  const [name, ...rest] = path
  if (name === undefined) return typeof content === 'string' ? content : ''
  if (typeof content !== 'object' || isList(content)) return ''
  return textAt(content[name], ...rest)
}
