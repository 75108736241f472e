/** A place in a text, counted from 1 as editors do. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** Where the members and entries of a JSON document stand. */
export interface JsonLocations {
  /** The place of a member's name, or of an entry; that of what it is in, where there is none. */
  readonly placeOf: (path: readonly (string | number)[]) => Place
  /** Names that stand twice in one object, of which JSON would take the last. */
  readonly repeated: readonly (readonly (string | number)[])[]
}

/** The place of an offset. */
export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { line, column: offset - before.lastIndexOf('\n') }
}

/** Finds every member and entry of a document that is known to be JSON. */
export function locateJson(text: string): JsonLocations {
  const offsets = new Map<string, number>()
  const repeated: (string | number)[][] = []
  const token = /\s*([{}[\]:,]|"(?:[^"\\]|\\.)*"|[^\s{}[\]:,"]+)/y
  const next = (): { readonly text: string; readonly at: number } => {
    const found = token.exec(text)?.[1] ?? ''
    return { text: found, at: token.lastIndex - found.length }
  }
  const note = (path: readonly (string | number)[], at: number): void => {
    const key = JSON.stringify(path)
    if (offsets.has(key)) repeated.push([...path])
    offsets.set(key, at)
  }

  /** Reads on from the first token of a value. */
  const value = (first: string, path: readonly (string | number)[]): void => {
    if (first === '{') {
      for (let name = next(); name.text !== '}'; name = next()) {
        if (name.text === ',') continue
        const member = [...path, JSON.parse(name.text) as string]
        note(member, name.at)
        next()
        value(next().text, member)
      }
    } else if (first === '[') {
      let index = 0
      for (let entry = next(); entry.text !== ']'; entry = next()) {
        if (entry.text === ',') continue
        note([...path, index], entry.at)
        value(entry.text, [...path, index])
        index += 1
      }
    }
  }
  const root = next()
  note([], root.at)
  value(root.text, [])

  return {
    repeated,
    placeOf(path) {
      for (let length = path.length; length > 0; length--) {
        const at = offsets.get(JSON.stringify(path.slice(0, length)))
        if (at !== undefined) return placeAt(text, at)
      }
      return placeAt(text, root.at)
    },
  }
}
