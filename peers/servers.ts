import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StartTls } from '../packages/certwright/src/deploy/starttls.ts'
import { freePort, peer, run, start, temporaryFolder } from './peer.ts'

/** A real server of one certificate, to be begun when its files are there. */
export interface PeerServer {
  /** The target that installs for it, and its options here. */
  readonly name: string
  readonly values: Readonly<Record<string, string>>
  /** Where it serves. */
  readonly ports: ReadonlyArray<{ readonly port: number; readonly starttls?: StartTls }>
  /** Its configuration, to be broken. */
  readonly config: string
  readonly begin: () => Promise<void>
}

interface Prepared {
  readonly folder: string
  readonly tls: string
  /** Writes a file into the folder. */
  readonly file: (name: string, text: string) => string
}

/** A folder that servers which give up their rights can still walk through. */
function prepared(): Prepared {
  const folder = temporaryFolder()
  chmodSync(folder, 0o755)
  const tls = join(folder, 'tls')
  mkdirSync(tls)
  return {
    folder,
    tls,
    file(name, text) {
      const path = join(folder, name)
      writeFileSync(path, text)
      return path
    },
  }
}

const isRoot = process.getuid?.() === 0

/** The number that the system has for a user or a group. */
async function idOf(kind: '-u' | '-g', user: string): Promise<number> {
  const { stdout } = await run('id', [kind, user])
  return Number(stdout)
}

export async function nginx(): Promise<PeerServer> {
  const { folder, tls, file } = prepared()
  const port = await freePort()
  mkdirSync(join(folder, 'logs'))
  const scratch = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ')
  const config = file(
    'nginx.conf',
    `daemon off; pid ${folder}/nginx.pid; error_log stderr;
events {}
http {
  access_log off; ${scratch}
  server { listen 127.0.0.1:${port} ssl; ssl_certificate ${tls}/fullchain.pem; ssl_certificate_key ${tls}/privkey.pem; }
}
`,
  )
  const program = `${peer('nginx')} -c ${config} -p ${folder}`
  return {
    name: 'nginx',
    values: { directory: tls, check: `${program} -t`, reload: `${program} -s reload` },
    ports: [{ port }],
    config,
    begin: async () => void (await start('nginx', ['-c', config, '-p', folder], { port })),
  }
}

export async function apache(): Promise<PeerServer> {
  const { folder, tls, file } = prepared()
  const port = await freePort()
  const modules = ['mpm_event', 'authz_core', 'ssl', 'socache_shmcb']
    .map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`)
    .join('\n')
  const config = file(
    'apache.conf',
    `${modules}
ServerRoot ${folder}
ServerName localhost
PidFile ${folder}/apache.pid
Mutex file:${folder}
ErrorLog ${folder}/error.log
DocumentRoot ${folder}
${isRoot ? 'User www-data\nGroup www-data' : ''}
Listen 127.0.0.1:${port}
SSLSessionCache none
<VirtualHost *:${port}>
  SSLEngine on
  SSLCertificateFile ${tls}/fullchain.pem
  SSLCertificateKeyFile ${tls}/privkey.pem
</VirtualHost>
`,
  )
  const program = `${peer('apache2')} -f ${config}`
  return {
    name: 'apache',
    values: { directory: tls, check: `${program} -t`, reload: `${program} -k graceful` },
    ports: [{ port }],
    config,
    begin: async () => void (await start('apache2', ['-f', config, '-D', 'FOREGROUND'], { port })),
  }
}

export async function haproxy(): Promise<PeerServer> {
  const { folder, tls, file } = prepared()
  const port = await freePort()
  const config = file(
    'haproxy.cfg',
    `global
  master-worker
  pidfile ${folder}/haproxy.pid
  ssl-default-bind-options ssl-min-ver TLSv1.2
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend site
  bind 127.0.0.1:${port} ssl crt ${tls}/certificate.pem
  http-request return status 200
`,
  )
  return {
    name: 'haproxy',
    values: {
      directory: tls,
      check: `${peer('haproxy')} -c -f ${config}`,
      // The master reads its configuration again.
      reload: `sh -c 'kill -USR2 $(cat ${folder}/haproxy.pid)'`,
    },
    ports: [{ port }],
    config,
    begin: async () =>
      void (await start('haproxy', ['-W', '-f', config, '-p', join(folder, 'haproxy.pid')], {
        port,
      })),
  }
}

/** Only root may begin Postfix. */
export async function postfix(): Promise<PeerServer> {
  const { folder, tls, file } = prepared()
  const port = await freePort()
  const config = join(folder, 'etc')
  mkdirSync(config)
  for (const name of ['queue', 'data']) mkdirSync(join(folder, name))
  chownSync(join(folder, 'data'), await idOf('-u', 'postfix'), await idOf('-g', 'postfix'))
  file(
    'etc/main.cf',
    `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
maillog_file = ${folder}/mail.log
maillog_file_prefixes = ${folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = www.example.test
mydestination =
smtpd_tls_security_level = may
smtpd_tls_chain_files = ${tls}/certificate.pem
smtpd_peername_lookup = no
alias_maps =
alias_database =
`,
  )
  file(
    'etc/master.cf',
    `127.0.0.1:${port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
bounce unix - - n - 0 bounce
`,
  )
  const program = `${peer('postfix')} -c ${config}`
  return {
    name: 'postfix',
    values: { directory: tls, check: `${program} check`, reload: `${program} reload` },
    ports: [{ port, starttls: 'smtp' }],
    config: join(config, 'main.cf'),
    async begin() {
      // Makes the directories of the queue. `postfix start-fg` would leave a master that no signal reaches.
      const checked = await run(peer('postfix'), ['-c', config, 'check'])
      if (checked.code !== 0) throw new Error(`postfix check: ${checked.stderr}`)
      await start('master', ['-c', config, '-d'], { port })
    },
  }
}

export async function dovecot(): Promise<PeerServer> {
  const { folder, tls, file } = prepared()
  const [imap, pop3] = [await freePort(), await freePort()]
  const me = isRoot ? undefined : (await run('id', ['-un'])).stdout.trim()
  const unprivileged =
    me === undefined
      ? ''
      : `default_internal_user = ${me}
default_login_user = ${me}
service anvil {
  chroot =
}
service imap-login {
  chroot =
}
service pop3-login {
  chroot =
}
`
  const config = file(
    'dovecot.conf',
    `base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = /dev/stderr
protocols = imap pop3
ssl = yes
ssl_cert = <${tls}/fullchain.pem
ssl_key = <${tls}/privkey.pem
passdb {
  driver = static
  args = nopassword=y
}
${unprivileged}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = ${imap}
  }
  inet_listener imaps {
    port = 0
  }
}
service pop3-login {
  inet_listener pop3 {
    address = 127.0.0.1
    port = ${pop3}
  }
  inet_listener pop3s {
    port = 0
  }
}
`,
  )
  return {
    name: 'dovecot',
    values: {
      directory: tls,
      check: `${peer('doveconf')} -c ${config} -n`,
      reload: `${peer('doveadm')} -c ${config} reload`,
    },
    ports: [
      { port: imap, starttls: 'imap' },
      { port: pop3, starttls: 'pop3' },
    ],
    config,
    begin: async () => void (await start('dovecot', ['-F', '-c', config], { port: imap })),
  }
}

/** Never as root: where this is root, as the user that Debian makes for it. */
export async function postgresql(): Promise<PeerServer> {
  const { folder, tls } = prepared()
  const port = await freePort()
  const data = join(folder, 'data')
  mkdirSync(data)
  const owner = isRoot ? await idOf('-u', 'postgres') : (process.getuid?.() ?? 0)
  const group = isRoot ? await idOf('-g', 'postgres') : (process.getgid?.() ?? 0)
  chownSync(data, owner, group)
  const [program, ...args] = isRoot
    ? ['setpriv', `--reuid=${owner}`, `--regid=${group}`, '--clear-groups']
    : ['env']
  const made = await run(program, [
    ...args,
    peer('initdb'),
    '-D',
    data,
    '-A',
    'trust',
    '-N',
    '-U',
    'peer',
  ])
  if (made.code !== 0) throw new Error(`initdb: ${made.stderr}`)
  const config = join(data, 'postgresql.conf')
  writeFileSync(
    config,
    `listen_addresses = '127.0.0.1'
port = ${port}
unix_socket_directories = ''
fsync = off
ssl = on
ssl_cert_file = '${tls}/server.crt'
ssl_key_file = '${tls}/server.key'
`,
  )
  return {
    name: 'postgresql',
    values: {
      directory: tls,
      owner: String(owner),
      group: String(group),
      reload: [peer(program ?? ''), ...args, peer('pg_ctl'), 'reload', '-D', data].join(' '),
    },
    ports: [{ port, starttls: 'postgres' }],
    config,
    begin: async () =>
      void (await start(program ?? '', [...args, peer('postgres'), '-D', data], { port })),
  }
}

export async function slapd(): Promise<PeerServer> {
  const { folder, tls, file } = prepared()
  const port = await freePort()
  mkdirSync(join(folder, 'ldif'))
  const config = file(
    'slapd.conf',
    `include /etc/ldap/schema/core.schema
pidfile ${folder}/slapd.pid
TLSCertificateFile ${tls}/fullchain.pem
TLSCertificateKeyFile ${tls}/privkey.pem
database ldif
suffix "dc=example,dc=test"
directory ${folder}/ldif
`,
  )
  return {
    name: 'files',
    values: { directory: tls, fullchain: 'fullchain.pem', key: 'privkey.pem' },
    ports: [{ port, starttls: 'ldap' }],
    config,
    begin: async () =>
      void (await start('slapd', ['-f', config, '-h', `ldap://127.0.0.1:${port}`, '-d', '0'], {
        port,
      })),
  }
}

export async function prosody(): Promise<PeerServer> {
  const { folder, tls, file } = prepared()
  const [client, server] = [await freePort(), await freePort()]
  const config = file(
    'prosody.cfg.lua',
    `run_as_root = true
pidfile = "${folder}/prosody.pid"
data_path = "${folder}"
interfaces = { "127.0.0.1" }
c2s_ports = { ${client} }
s2s_ports = { ${server} }
c2s_direct_tls_ports = {}
s2s_direct_tls_ports = {}
http_ports = {}
https_ports = {}
modules_enabled = { "tls", "saslauth", "dialback", "s2s" }
log = { info = "*console" }
certificates = "${folder}"
VirtualHost "www.example.test"
  ssl = { certificate = "${tls}/fullchain.pem", key = "${tls}/privkey.pem" }
`,
  )
  return {
    name: 'files',
    values: {
      directory: tls,
      fullchain: 'fullchain.pem',
      key: 'privkey.pem',
      reload: `sh -c 'kill -HUP $(cat ${folder}/prosody.pid)'`,
    },
    ports: [
      { port: client, starttls: 'xmpp' },
      { port: server, starttls: 'xmpp-server' },
    ],
    config,
    begin: async () => void (await start('prosody', ['--config', config, '-F'], { port: client })),
  }
}

/** Makes a server's configuration one that it refuses. */
export function breakConfig({ config }: PeerServer): () => void {
  const before = readFileSync(config)
  writeFileSync(config, '{{{ this is no configuration\n')
  return () => writeFileSync(config, before)
}
