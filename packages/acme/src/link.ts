/** One link of a `Link` header field (RFC 8288 §3). */
export interface Link {
  /** Absolute: resolved against the request's URL. */
  readonly url: string
  /** Lower case. */
  readonly relations: readonly string[]
}

/** A parameter: `; name`, `; name=token` or `; name="quoted \" string"`. */
const parameter =
  /^[ \t]*;[ \t]*([!#$%&'*+\-.^_`|~\w]*)[ \t]*(?:=[ \t]*(?:"((?:[^"\\]|\\.)*)"?|([^ \t;,]*)))?/s

/** Reads a `Link` field of any number of links; what cannot be read is left out. */
export function linksFrom(field: string | undefined, base: string): Link[] {
  const links: Link[] = []
  let rest = field ?? ''
  for (let start = rest.indexOf('<'); start >= 0; start = rest.indexOf('<')) {
    const end = rest.indexOf('>', start)
    if (end < 0) break
    const target = rest.slice(start + 1, end).trim()
    rest = rest.slice(end + 1)
    let relations: string | undefined
    for (let match = parameter.exec(rest); match?.[0]; match = parameter.exec(rest)) {
      const [whole, name = '', quoted, token] = match
      // RFC 8288 §3.3: "occurrences after the first MUST be ignored".
      if (name.toLowerCase() === 'rel') relations ??= (quoted ?? token ?? '').toLowerCase()
      rest = rest.slice(whole.length)
    }
    if (relations !== undefined && URL.canParse(target, base)) {
      links.push({
        url: URL.canParse(target) ? target : new URL(target, base).href,
        relations: relations.split(/[ \t]/).filter((relation) => relation !== ''),
      })
    }
  }
  return links
}
