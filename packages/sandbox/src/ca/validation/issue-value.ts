/** The value of a CAA `issue` property (RFC 8659 §4.2), which dns-persist-01 records share. */
export interface IssueValue {
  /** Lower case; empty where nobody is meant. */
  readonly issuer: string
  /** By lower-case tag. */
  readonly parameters: ReadonlyMap<string, string>
}

/** `undefined` where the syntax is wrong or a tag stands twice. */
export function readIssueValue(text: string): IssueValue | undefined {
  const [issuer = '', ...rest] = text.split(';').map((part) => part.trim())
  if (!/^$|^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(issuer)) {
    return undefined
  }
  const parameters = new Map<string, string>()
  for (const part of rest.filter((part) => part !== '')) {
    const [, tag = '', value = ''] = /^([a-z0-9]+)\s*=\s*([!-:<-~]*)$/i.exec(part) ?? []
    const key = tag.toLowerCase()
    if (key === '' || parameters.has(key)) return undefined
    parameters.set(key, value)
  }
  return { issuer: issuer.toLowerCase(), parameters }
}
