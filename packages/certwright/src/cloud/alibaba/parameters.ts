import { Secret } from '../../runtime/secret.ts'

/** `{ Tag: [{ Key: 'a' }] }` becomes `Tag.1.Key=a`, as RPC wants it. What is undefined or null is left out. */
export function flatten(
  value: Readonly<Record<string, unknown>>,
  prefix = '',
): Array<[string, string]> {
  return Object.entries(value).flatMap(([key, inner]): Array<[string, string]> => {
    const name = prefix + key
    if (inner === undefined || inner === null) return []
    if (inner instanceof Secret) return [[name, inner.reveal()]]
    if (Array.isArray(inner)) {
      const items = inner.map((item: unknown, i) => [String(i + 1), item] as const)
      return flatten(Object.fromEntries(items), `${name}.`)
    }
    if (typeof inner === 'object') return flatten(inner as Record<string, unknown>, `${name}.`)
    return [[name, typeof inner === 'string' ? inner : JSON.stringify(inner)]]
  })
}

/** A copy in which every `Secret` is its text: what goes on the wire, and nowhere else. */
export function revealed(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal()
  if (Array.isArray(value)) return value.map(revealed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)]))
}

/** The text of every `Secret` in a value. */
export function secretsIn(value: unknown): string[] {
  if (value instanceof Secret) return [value.reveal()]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(secretsIn)
}

const privateKeyBlock =
  /-----BEGIN(?:[ +\w]|%20)*PRIVATE(?:[ +]|%20)KEY-----[\s\S]*?(?:KEY-----|$)/g

/**
 * What a server said, without what it repeated of ours: these secrets in every form that a request or a reply gives
 * them, private keys, and the string that it wanted signed, which holds the security token.
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const plain = text
    .replace(privateKeyBlock, '[redacted]')
    .replace(/(string ?to ?sign|canonical ?request)[\s\S]*$/i, '$1 [redacted]')
  return secrets
    .flatMap(formsOf)
    .filter((form) => form !== '')
    .reduce((rest, form) => rest.replaceAll(form, '[redacted]'), plain)
}

function formsOf(secret: string): string[] {
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams({ '': secret }).toString().slice(1),
  ]
}
