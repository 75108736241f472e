import { CertwrightError, type ErrorCode } from '../../runtime/error.ts'
import { Secret } from '../../runtime/secret.ts'
import { isDomainName, plainName } from '../domain-name.ts'
import { exchange } from '../exchange.ts'
import {
  missingOption,
  numberOption,
  optionValues,
  renamed,
  wrongOption,
  type Elsewhere,
  type OptionValues,
  type ProviderContext,
} from '../provider-options.ts'
import type { DnsProvider, ProviderOption } from '../provider.ts'
import { serverAddressFrom, serverAddressText, type ServerAddress } from '../server-address.ts'
import {
  signMessage,
  TSIG_ERROR,
  verifyReply,
  type TsigAlgorithm,
  type TsigKey,
  type TsigVerdict,
} from '../tsig.ts'
import { updateMessage, type TxtUpdate } from '../update.ts'

export const options = [
  {
    key: 'server',
    summary: {
      en: 'ADDRESS[:PORT] of the primary server of the zone',
      zh: '区域主服务器的 ADDRESS[:PORT]',
    },
    required: true,
    env: ['RFC2136_NAMESERVER'],
  },
  {
    key: 'key-name',
    summary: { en: 'Name of the TSIG key', zh: 'TSIG 密钥的名称' },
    env: ['RFC2136_TSIG_KEY'],
  },
  {
    key: 'key-algorithm',
    summary: {
      en: 'hmac-sha256 (default), hmac-sha384 or hmac-sha512',
      zh: 'hmac-sha256（默认）、hmac-sha384 或 hmac-sha512',
    },
    env: ['RFC2136_TSIG_ALGORITHM'],
  },
  {
    key: 'key-secret',
    summary: { en: 'The TSIG key itself, in base64', zh: 'TSIG 密钥本身，以 base64 编码' },
    secret: true,
    env: ['RFC2136_TSIG_SECRET'],
  },
  {
    key: 'zone',
    summary: {
      en: 'The zone to update, where it is not the one found by SOA',
      zh: '要更新的区域，仅当与通过 SOA 找到的区域不同时才需要',
    },
  },
  {
    key: 'ttl',
    summary: {
      en: 'Seconds that a value may be cached; by default what the challenge asks for',
      zh: '记录值可被缓存的秒数；默认采用质询所要求的值',
    },
  },
] as const satisfies readonly ProviderOption[]

const serverAt = (address: string | undefined, port: string | undefined): string | undefined => {
  if (!address || !port || port === '53') return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

export const elsewhere: readonly Elsewhere[] = [
  {
    client: 'certbot',
    name: 'dns-rfc2136',
    optionsFrom: (settings) => {
      const server = serverAt(settings['dns_rfc2136_server'], settings['dns_rfc2136_port'])
      const key = renamed({
        dns_rfc2136_name: 'key-name',
        dns_rfc2136_secret: 'key-secret',
        dns_rfc2136_algorithm: 'key-algorithm',
      })
      return { ...(server && { server }), ...key(settings) }
    },
  },
  {
    client: 'lego',
    name: 'rfc2136',
    optionsFrom: renamed({
      RFC2136_NAMESERVER: 'server',
      RFC2136_TSIG_KEY: 'key-name',
      RFC2136_TSIG_SECRET: 'key-secret',
      RFC2136_TSIG_ALGORITHM: 'key-algorithm',
    }),
  },
  {
    client: 'acme.sh',
    name: 'dns_nsupdate',
    async optionsFrom(settings, files) {
      const server = serverAt(settings['NSUPDATE_SERVER'], settings['NSUPDATE_SERVER_PORT'])
      const key = settings['NSUPDATE_KEY'] && (await files.text(settings['NSUPDATE_KEY']))
      const zone = settings['NSUPDATE_ZONE']
      return { ...(server && { server }), ...(zone && { zone }), ...(key && keyFile(key)) }
    },
  },
]

/** A key file of BIND: `key "NAME" { algorithm ALGORITHM; secret "BASE64"; };`. */
function keyFile(text: string): Readonly<Record<string, string>> {
  const [, name] = /\bkey\s+"?([^"\s{]+)"?\s*\{/.exec(text) ?? []
  const [, algorithm] = /\balgorithm\s+"?([^";\s]+)"?\s*;/.exec(text) ?? []
  const [, secret] = /\bsecret\s+"([^"]+)"\s*;/.exec(text) ?? []
  return {
    ...(name && { 'key-name': name }),
    ...(algorithm && { 'key-algorithm': algorithm }),
    ...(secret && { 'key-secret': secret }),
  }
}

/** Updates a zone where it lives, by signed DNS messages (RFC 2136, RFC 8945): BIND, Knot, PowerDNS and others. */
export function provider(
  values: Readonly<Record<string, string>>,
  { host, env }: ProviderContext,
): DnsProvider {
  const set = optionValues('rfc2136', options, values, env)
  const server = serverAddressFrom(set.server)
  if (set.zone !== undefined && !isDomainName(set.zone))
    throw wrongOption('rfc2136', 'zone', 'NAME')
  const key = keyFrom(set)
  const ttl =
    set.ttl === undefined ? undefined : numberOption('rfc2136', 'ttl', set.ttl, [1, 604_800])
  const update = async (change: TxtUpdate, signal?: AbortSignal): Promise<void> =>
    send(change, { server, key, now: host.now() }, signal)

  return {
    ...(set.zone !== undefined && { ignoresZone: true }),

    async addTxt({ zone: found, name, value, ttlSeconds }, signal) {
      const zone = plainName(set.zone ?? found)
      await update({ change: 'add', zone, name, value, ttlSeconds: ttl ?? ttlSeconds }, signal)
      return { zone, name, value }
    },

    async removeTxt({ zone = '', name = '', value = '' }, signal) {
      await update({ change: 'delete', zone, name, value, ttlSeconds: 0 }, signal)
    },
  }
}

const algorithms: readonly TsigAlgorithm[] = ['hmac-sha256', 'hmac-sha384', 'hmac-sha512']

/** The key, or `undefined` for a server that takes unsigned updates from this address. Half a key is a mistake. */
function keyFrom(set: OptionValues<typeof options>): TsigKey | undefined {
  const { 'key-name': name, 'key-secret': secret } = set
  if (name === undefined && secret === undefined) return undefined
  if (name === undefined) throw missingOption('rfc2136', 'key-name')
  if (secret === undefined) throw missingOption('rfc2136', 'key-secret')
  if (!isDomainName(name)) throw wrongOption('rfc2136', 'key-name', 'NAME')
  const asked = (set['key-algorithm'] ?? 'hmac-sha256').toLowerCase().replace(/\.$/, '')
  const algorithm = algorithms.find((known) => known === asked)
  if (!algorithm) throw wrongOption('rfc2136', 'key-algorithm', algorithms.join(' | '))
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(secret)) {
    throw wrongOption('rfc2136', 'key-secret', 'base64')
  }
  return { name, algorithm, secret: new Secret(secret) }
}

interface Peer {
  readonly server: ServerAddress
  readonly key: TsigKey | undefined
  readonly now: number
}

async function send(
  update: TxtUpdate,
  { server, key, now }: Peer,
  signal?: AbortSignal,
): Promise<void> {
  const message = updateMessage(update)
  const signed = key && signMessage(message, key, now)
  const accepts = (reply: Buffer): boolean =>
    reply.length >= 12 &&
    reply.readUInt16BE(0) === message.readUInt16BE(0) &&
    (reply[2] ?? 0) >= 0x80
  const reply = await exchange(signed?.bytes ?? message, server, { accepts, signal })
  const params = { server: serverAddressText(server), zone: update.zone, key: key?.name ?? '-' }
  const rcode = (reply[3] ?? 0) & 0x0f
  const verdict = key && signed && judge(reply, key, signed.mac, now, params)
  const fault = verdict && tsigFaultOf(verdict)
  if (fault) throw new CertwrightError(fault.code, { ...params, skew: fault.skew })
  if (rcode !== 0) {
    throw new CertwrightError(updateErrors[rcode] ?? 'DNS_UPDATE_FAILED', { ...params, rcode })
  }
  // Success is believed only with a signature. A failure is passed on without one: servers sign few of them.
  if (verdict && verdict.status !== 'verified') {
    throw new CertwrightError('DNS_TSIG_REPLY_NOT_VERIFIED', params)
  }
}

function judge(
  reply: Buffer,
  key: TsigKey,
  mac: Buffer,
  now: number,
  params: Readonly<Record<string, string>>,
): TsigVerdict {
  try {
    return verifyReply(reply, key, mac, now)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new CertwrightError('DNS_REPLY_NOT_CONFORM', params, { cause })
  }
}

/** RFC 2136 §2.2, the codes that an update of ours can meet. */
const updateErrors: Readonly<Record<number, ErrorCode>> = {
  5: 'DNS_UPDATE_REFUSED',
  9: 'DNS_UPDATE_NOT_AUTHORITATIVE',
  10: 'DNS_UPDATE_NOT_IN_ZONE',
}

const tsigErrors: Readonly<Record<number, ErrorCode>> = {
  [TSIG_ERROR.BADSIG]: 'DNS_TSIG_SIGNATURE_WRONG',
  [TSIG_ERROR.BADKEY]: 'DNS_TSIG_KEY_UNKNOWN',
  [TSIG_ERROR.BADTIME]: 'DNS_TSIG_CLOCK',
}

function tsigFaultOf(verdict: TsigVerdict): { code: ErrorCode; skew: string } | undefined {
  // A server that does not sign its BADTIME does not say how far apart the clocks are either.
  const skew = verdict.status === 'clock' ? `${verdict.skewSeconds} s` : '> 300 s'
  if (verdict.status === 'wrong') return { code: 'DNS_TSIG_REPLY_NOT_VERIFIED', skew }
  if (verdict.status === 'clock') return { code: 'DNS_TSIG_CLOCK', skew }
  const code = tsigErrors[verdict.error]
  return code && { code, skew }
}
