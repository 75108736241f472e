/** The settings that every command under `acme` can take from a file. Keys and values are text. */
export interface AcmeIni {
  readonly userAgent?: string
  readonly accountKeyFile?: string
  readonly csrFile?: string
  readonly chainFile?: string
  readonly directory?: string
  /** `mailto:` URLs. */
  readonly contacts?: readonly string[]
  /** As HTTP's `Accept-Language`. */
  readonly language?: string
}

const section = 'acme-neoprime'

/** Reads the section `[acme-neoprime]`, or the first where there is none of that name. Other keys are left alone. */
export function acmeIniFrom(text: string): AcmeIni {
  const values = valuesIn(text)
  const value = <K extends string>(name: K, key: string): Partial<Record<K, string>> => {
    const found = values.get(key)
    const member: Partial<Record<K, string>> = {}
    if (found) member[name] = found
    return member
  }
  const contacts = values.get('contacts')?.split(';').map(trimmed).filter(Boolean)
  return {
    ...value('userAgent', 'useragent'),
    ...value('accountKeyFile', 'accountkeyfile'),
    ...value('csrFile', 'csrfile'),
    ...value('chainFile', 'chainfile'),
    ...value('directory', 'acmedirectory'),
    ...value('language', 'language'),
    ...(contacts && { contacts }),
  }
}

function trimmed(text: string): string {
  return text.trim()
}

/** Names in lower case: case does not count in such files. */
function valuesIn(text: string): ReadonlyMap<string, string> {
  const sections = new Map<string, Map<string, string>>()
  let current = new Map<string, string>()
  for (const line of text.split(/\r?\n/).map(trimmed)) {
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue
    const [, heading] = /^\[([^\]]*)\]$/.exec(line) ?? []
    if (heading !== undefined) {
      current = sections.get(heading) ?? new Map<string, string>()
      sections.set(heading, current)
      continue
    }
    const [, name, value] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) current.set(name.toLowerCase(), value)
  }
  return sections.get(section) ?? sections.values().next().value ?? current
}
