// Writes docs/reference/targets.md from what each target declares; `--check` only compares.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { handshakeOptions } from '../packages/certwright/src/deploy/place.ts'
import { startTlsProtocols } from '../packages/certwright/src/deploy/starttls.ts'
import type { TargetKind, TargetOption } from '../packages/certwright/src/deploy/target.ts'
import { fileOptions } from '../packages/certwright/src/deploy/targets/files/settings.ts'
import { filePresets } from '../packages/certwright/src/deploy/targets/files/presets.ts'
import { targets } from '../packages/certwright/src/deploy/targets/registry.ts'

/** What the declarations cannot say. */
const notes: Readonly<Record<string, readonly string[]>> = {
  apache: [
    '`SSLCertificateFile` takes the whole chain since 2.4.8; `SSLCertificateChainFile` is not needed.',
  ],
  caddy: ['In the Caddyfile: `tls /etc/caddy/tls/fullchain.pem /etc/caddy/tls/privkey.pem`.'],
  docker: [
    'A file that is mounted by itself stays the old one until its container is made anew; name that command as `reload`, or mount the directory.',
  ],
  exec: [
    'Every call gets one object of JSON on its standard input: `action`, `fingerprint`, `serial`, `names`, `notBefore`, `notAfter`, and for `write` also `chain` and, with `key=stdin`, `privateKey`.',
    'Files are named by `CERTWRIGHT_FULLCHAIN_FILE`, `CERTWRIGHT_CHAIN_FILE`, `CERTWRIGHT_CERT_FILE` and `CERTWRIGHT_KEY_FILE`; all are gone when the program has ended.',
  ],
  haproxy: ['`bind … ssl crt /etc/haproxy/tls/certificate.pem`.'],
  iis: [
    'The script is always the same text and stands in `deploy/targets/iis/script.ts`; what it works on comes through its standard input. It needs the module WebAdministration and netsh, which are part of Windows Server.',
    'Run by hand: `powershell -ExecutionPolicy Bypass -File certwright-iis.ps1 -Request request.json`. The request holds the key: delete it afterwards.',
    'Tested as text and against a stand-in; never on a Windows machine.',
  ],
  kubernetes: [
    'A Role that is enough: `get`, `create`, `patch` (and `delete` for `--unbind`) of `secrets`, with `resourceNames` where the Secret is there already.',
    'Tested against a server that was written from the API documents; never against a real cluster.',
  ],
  postgresql: [
    'PostgreSQL keeps its former certificate, and says so only in its log, when it does not like the new one: the handshake tells.',
  ],
  ssh: [
    'On the far side: sh, an sftp server of OpenSSH, sha256sum or shasum, and openssl to tell keys apart (without it, keys are not looked at).',
    'A command that is still running there at its deadline is left to itself.',
  ],
  webhook: [
    '`Certwright-Signature: v1=HEX` is HMAC-SHA256 under the signing key of the header `Certwright-Timestamp`, a dot and the body. Refuse a timestamp more than five minutes off.',
    'The body is an object of JSON: `event` (`install`), `fingerprint`, `serial`, `names`, `notBefore`, `notAfter`, `chain` and, where it is asked for, `privateKey`. The same call may come twice.',
    'A receiver that answers GET (signed over an empty body) with `{"fingerprint": "…"}`, or 404 for nothing, proves what it holds; any other answer says nothing.',
  ],
}

const shared = new Map<string, string>(fileOptions.map(({ key, summary }) => [key, summary.en]))

function rows(options: readonly TargetOption[]): readonly string[] {
  return options.map(({ key, summary, required, secret, env = [] }) => {
    const marks = [
      ...(required ? ['required'] : []),
      ...(secret ? ['secret'] : []),
      ...env.map((name) => `\`$${name}\``),
    ]
    const head = marks.length === 0 ? `\`${key}\`` : `\`${key}\` (${marks.join(', ')})`
    return `| ${head} | ${cell(summary.en)} | ${cell(summary.zh)} |`
  })
}

function table(options: readonly TargetOption[]): readonly string[] {
  if (options.length === 0) return []
  return ['| option | | 中文 |', '|---|---|---|', ...rows(options), '']
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

/** The options of files stand once; what is shown is what a target has beside them, or has otherwise. */
function ownOptions({ options }: TargetKind): readonly TargetOption[] {
  return options.filter(({ key, summary }) => shared.get(key) !== summary.en)
}

async function sections(): Promise<readonly string[]> {
  const parts: string[] = []
  for (const [name, load] of Object.entries(targets)) {
    if (name.startsWith('alibaba-')) continue
    const { target } = (await load()) as { readonly target: TargetKind }
    const takesFiles = target.options.some(({ key, summary }) => shared.get(key) === summary.en)
    const own = name === 'files' ? [] : ownOptions(target)
    parts.push(
      `### ${name}`,
      '',
      `${target.summary.en}. ${target.summary.zh}。`,
      '',
      ...table(own),
      ...(takesFiles ? ['And the options of files, above.', ''] : []),
      ...(notes[name] ?? []).flatMap((note) => [`- ${note}`]),
      ...(notes[name] ? [''] : []),
    )
  }
  return parts
}

const protocols = Object.entries(startTlsProtocols).map(
  ([name, { port }]) => `| \`${name}\` | ${port} |`,
)

const text = [
  '# Targets',
  '',
  'Generated by `node scripts/generate-target-reference.ts` from what each file declares. How to begin stands in the',
  '[guide](../guide/servers.md) ([中文](../guide/servers.zh.md)); the targets of Alibaba Cloud have a',
  '[page of their own](alibaba.md).',
  '',
  'A target is written `NAME:KEY=VALUE,KEY=VALUE`; a value with a comma stands in double quotes.',
  '',
  '## Every target',
  '',
  ...table(handshakeOptions),
  '## STARTTLS',
  '',
  'Protocols in which TLS can be asked for, and where their servers listen by convention.',
  '',
  '| protocol | port |',
  '|---|---|',
  ...protocols,
  '',
  '## Files',
  '',
  `Options of \`files\`, \`ssh\` and of the servers whose files are known: ${Object.keys(
    filePresets,
  )
    .map((name) => `\`${name}\``)
    .join(', ')}.`,
  '',
  ...table(fileOptions),
  '## The targets',
  '',
  ...(await sections()),
].join('\n')

const path = fileURLToPath(new URL('../docs/reference/targets.md', import.meta.url))
if (!process.argv.includes('--check')) writeFileSync(path, text)
else if (readFileSync(path, 'utf8') !== text) {
  process.stderr.write(
    'docs/reference/targets.md is not what the targets declare: run node scripts/generate-target-reference.ts\n',
  )
  process.exitCode = 1
}
