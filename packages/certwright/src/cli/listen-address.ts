import { CertwrightError } from '../runtime/error.ts'

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** `PORT`, `HOST:PORT` or `[IPV6]:PORT`, as a person gives it. Without a host this machine alone can ask. */
export function listenAddress(text: string): ListenAddress {
  const [, bracketed, plain, digits] =
    /^(?:(?:\[([\da-f:.]+)\]|([^\s:/[\]]+)):)?(\d{1,5})$/i.exec(text) ?? []
  const port = Number(digits)
  if (digits !== undefined && port < 65_536) {
    return { host: bracketed ?? plain ?? '127.0.0.1', port }
  }
  throw new CertwrightError('USAGE_NOT_AN_ADDRESS', { value: text })
}
