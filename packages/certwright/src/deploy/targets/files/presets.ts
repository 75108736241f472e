import type { StartTls } from '../../starttls.ts'
import type { CombinedPart, FileRole } from './layout.ts'

/** What a server wants of its files, as its documents say it. Every part can be set otherwise. */
export interface FilePreset {
  readonly summary: Readonly<Record<'en' | 'zh', string>>
  /** Where its files are put; a person has to say it where this is absent. */
  readonly directory?: string
  /** Their names there. */
  readonly names: Readonly<Partial<Record<FileRole, string>>>
  readonly order?: readonly CombinedPart[]
  readonly owner?: string
  readonly group?: string
  /** Of files that hold the key, in octal. */
  readonly keyMode?: string
  readonly check?: string
  readonly reload?: string
  /** Where it is proven by a handshake: this machine, at this port. Absent where it serves nothing itself. */
  readonly port?: number
  readonly starttls?: StartTls
}

const pair = { fullchain: 'fullchain.pem', key: 'privkey.pem' } as const
const single = { combined: 'certificate.pem' } as const

/** One row a server. */
export const filePresets = {
  nginx: {
    summary: { en: 'nginx on this machine', zh: '本机的 nginx' },
    directory: '/etc/nginx/tls',
    names: pair,
    check: 'nginx -t',
    reload: 'nginx -s reload',
    port: 443,
  },
  apache: {
    summary: {
      en: 'Apache httpd 2.4.8 or later on this machine',
      zh: '本机的 Apache httpd（2.4.8 及以上）',
    },
    directory: '/etc/apache2/tls',
    names: pair,
    check: 'apachectl configtest',
    reload: 'apachectl graceful',
    port: 443,
  },
  haproxy: {
    summary: { en: 'HAProxy on this machine', zh: '本机的 HAProxy' },
    directory: '/etc/haproxy/tls',
    names: single,
    order: ['fullchain', 'key'],
    check: 'haproxy -c -f /etc/haproxy/haproxy.cfg',
    reload: 'systemctl reload haproxy',
    port: 443,
  },
  caddy: {
    summary: {
      en: 'Caddy on this machine, with certificates of its own switched off',
      zh: '本机的 Caddy（不使用其自动证书）',
    },
    directory: '/etc/caddy/tls',
    names: pair,
    // It runs as a user of its own from the start.
    group: 'caddy',
    keyMode: '0640',
    check: 'caddy validate --config /etc/caddy/Caddyfile',
    // A configuration that has not changed is not loaded without it.
    reload: 'caddy reload --config /etc/caddy/Caddyfile --force',
    port: 443,
  },
  postfix: {
    summary: { en: 'Postfix 3.4 or later on this machine', zh: '本机的 Postfix（3.4 及以上）' },
    directory: '/etc/postfix/tls',
    names: single,
    // smtpd_tls_chain_files: "a private key, followed by its certificate".
    order: ['key', 'fullchain'],
    check: 'postfix check',
    reload: 'postfix reload',
    port: 25,
    starttls: 'smtp',
  },
  dovecot: {
    summary: { en: 'Dovecot on this machine', zh: '本机的 Dovecot' },
    directory: '/etc/dovecot/tls',
    names: pair,
    check: 'doveconf -n',
    reload: 'doveadm reload',
    port: 143,
    starttls: 'imap',
  },
  postgresql: {
    summary: { en: 'PostgreSQL on this machine', zh: '本机的 PostgreSQL' },
    directory: '/etc/postgresql/tls',
    names: { fullchain: 'server.crt', key: 'server.key' },
    // It refuses a key that others than its owner may read.
    owner: 'postgres',
    keyMode: '0600',
    reload: 'systemctl reload postgresql',
    port: 5432,
    starttls: 'postgres',
  },
  docker: {
    summary: {
      en: 'A directory of secrets for Docker Compose or Swarm, by the names that containers know them by',
      zh: '供 Docker Compose 或 Swarm 使用的机密文件目录，文件名即容器内的机密名',
    },
    names: { fullchain: 'tls.crt', key: 'tls.key' },
  },
} as const satisfies Readonly<Record<string, FilePreset>>

export type FilePresetName = keyof typeof filePresets
