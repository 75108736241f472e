import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLError,
  type YAMLMap,
} from 'yaml'
import type { ErrorCode } from '../../runtime/error.ts'
import type { Position, Remark } from './complaint.ts'
import type { ConfigDocument } from './document.ts'

/** Reads YAML 1.2, of which JSON is a part, with anchors and merge keys. */
export function yamlDocument(text: string, file: string): ConfigDocument {
  const document = parseDocument(text, { merge: true, prettyErrors: false })
  const find = lineFinder(text)
  const at = (offset: number): Position => ({ file, ...find(offset) })
  // What is wrong with the writing has a place, but no path yet.
  const places = new Map<Remark, number>()
  const remark = (code: ErrorCode, params: Remark['params'], offset: number): void => {
    places.set({ severity: 'error', code, params, path: [] }, offset)
  }
  for (const error of document.errors) {
    const key = text.slice(...error.pos).replace(/[:\s].*$/s, '')
    remark(...writingError(error, key), error.pos[0])
  }
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) === undefined) {
        remark('CONFIG_ALIAS_UNKNOWN', { alias: alias.source }, alias.range?.[0] ?? 0)
      }
    },
  })
  const readable = [...places.keys()].every(({ code }) => code === 'CONFIG_KEY_REPEATED')
  return {
    value: readable ? (document.toJS({ maxAliasCount: 1000 }) as unknown) : undefined,
    remarks: [...places.keys()],
    locate(one) {
      const offset = places.get(one as Remark)
      return at(offset ?? offsetOf(document, one))
    },
  }
}

/** Finds the line and the column of an offset: from 1, in UTF-16 code units, as editors count. */
function lineFinder(
  text: string,
): (offset: number) => { readonly line: number; readonly column: number } {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
  return (offset) => {
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
  }
}

const writingErrors: Readonly<Partial<Record<YAMLError['code'], ErrorCode>>> = {
  TAB_AS_INDENT: 'CONFIG_TAB',
  MULTIPLE_DOCS: 'CONFIG_SEVERAL_DOCUMENTS',
}

function writingError(error: YAMLError, key: string): [ErrorCode, Remark['params']] {
  if (error.code === 'DUPLICATE_KEY') return ['CONFIG_KEY_REPEATED', { key }]
  const reason = error.message.split('\n')[0] ?? error.code
  return [writingErrors[error.code] ?? 'CONFIG_NOT_YAML', { reason }]
}

/** Where a path begins; where its end is not there, the nearest part above it that is. */
function offsetOf(document: Document, { path, onKey }: Pick<Remark, 'path' | 'onKey'>): number {
  let node: Node | null = document.contents
  let offset = node?.range?.[0] ?? 0
  for (const [i, key] of path.entries()) {
    const found = childAt(node, key, document)
    if (!found) break
    node = found.value
    const isLast = i === path.length - 1
    const start = isLast && onKey ? found.key : (found.value ?? found.key)
    offset = start?.range?.[0] ?? offset
  }
  return offset
}

interface Child {
  readonly key?: Node
  readonly value: Node | null
}

function childAt(node: Node | null, key: string | number, document: Document): Child | undefined {
  const parent = isAlias(node) ? (node.resolve(document) ?? null) : node
  if (isSeq(parent)) {
    const item = typeof key === 'number' ? parent.items[key] : undefined
    return isNode(item) ? { value: item } : undefined
  }
  return isMap(parent) ? pairAt(parent, String(key), document) : undefined
}

function pairAt(map: YAMLMap, key: string, document: Document): Child | undefined {
  for (const { key: name, value } of map.items as Pair<Node, Node | null>[]) {
    if (isScalar(name) && String(name.value) === key) return { key: name, value }
  }
  // What stands in the map itself goes before what is merged into it.
  for (const { key: name, value } of map.items as Pair<Node, Node | null>[]) {
    if (!isScalar(name) || name.source !== '<<') continue
    const sources = isSeq(value) ? (value.items as Node[]) : [value]
    for (const source of sources) {
      const found = childAt(source, key, document)
      if (found) return found
    }
  }
  return undefined
}
