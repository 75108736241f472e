import { readFile } from 'node:fs/promises'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { AcmeError, type AcmeRequest, type AcmeResponse, type Transport } from '@certwright/acme'
import { nodeTransport } from '@certwright/acme/node'
import type { Sandbox } from '@certwright/sandbox'
import { expect, onTestFinished } from 'vitest'
import type { World } from '../../src/cli/main.ts'
import type { SandboxWorld } from '../cli/sandbox-world.ts'

export const dayMs = 86_400_000

/** What a request asks for, its JWS opened. */
export interface Asked {
  readonly url: string
  readonly method: string
  readonly header: Readonly<Record<string, unknown>>
  readonly payload: unknown
}

export interface Interference {
  /** Whether the reply is lost, after the CA has done what was asked. */
  readonly loses?: (asked: Asked) => boolean
  /** What is heard instead of the CA's reply. */
  readonly hears?: (asked: Asked, response: AcmeResponse) => AcmeResponse
  readonly asked?: (asked: Asked) => void
}

/** The way to the sandbox's CA, with somebody in between. */
export function interfered(
  { rootPem }: Sandbox,
  { loses, hears, asked: tell }: Interference,
): Pick<World, 'transport'> {
  const transport = nodeTransport({ ca: rootPem })
  onTestFinished(() => transport.close?.())
  const between: Transport = {
    async exchange(request, signal) {
      const asked = askedBy(request)
      tell?.(asked)
      const response = await transport.exchange(request, signal)
      if (loses?.(asked)) throw new AcmeError('ACME_NETWORK', 'connection reset')
      return hears?.(asked, response) ?? response
    },
  }
  return { transport: () => between }
}

function askedBy({ url, method, body = '{}' }: AcmeRequest): Asked {
  const jws = JSON.parse(body) as Readonly<Record<string, string>>
  const opened = (part = ''): unknown =>
    part === '' ? '' : JSON.parse(Buffer.from(part, 'base64url').toString())
  const header = (opened(jws['protected']) || {}) as Asked['header']
  return { url, method, header, payload: opened(jws['payload']) }
}

/** The pair that a server would read now. Throws where it is no pair. */
export async function pairOf(
  { directory }: Pick<SandboxWorld, 'directory'>,
  id: string,
): Promise<{ readonly key: string; readonly leaf: X509Certificate }> {
  const current = join(directory, 'state', 'live', id, 'current')
  const key = await readFile(join(current, 'privkey.pem'), 'utf8')
  const leaf = new X509Certificate(await readFile(join(current, 'fullchain.pem')))
  expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true)
  return { key, leaf }
}

/** `issue` by dns-01 through the sandbox's DNS server. */
export function dnsOptions({ tsig, resolver }: Sandbox): string[] {
  const values = [
    `server=${resolver}`,
    `key-name=${tsig.name}`,
    `key-algorithm=${tsig.algorithm}`,
    `key-secret=${tsig.secret}`,
  ]
  const options = values.flatMap((value) => ['--dns-option', value])
  return ['--dns', 'rfc2136', ...options, '--resolver', resolver]
}
