/** The version of this package, as in its package.json. */
export const version = '0.1.0'

/** What names us to the CA (RFC 8555 §6.1): who calls, this library, and what it runs on. */
export function userAgentOf(caller?: string): string {
  const own = `certwright-acme/${version} (${runtimeName()})`
  return caller === undefined || caller === '' ? own : `${caller} ${own}`
}

/** E.g. `Node.js/24`. Node before 21 has no `navigator`. */
function runtimeName(): string {
  if (typeof navigator !== 'undefined' && navigator.userAgent) return navigator.userAgent
  return typeof process === 'undefined'
    ? 'unknown'
    : `Node.js/${process.versions.node.split('.')[0]}`
}
