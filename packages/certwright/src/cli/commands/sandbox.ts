import { isIP } from 'node:net'
import type { SandboxDescription } from '@certwright/sandbox/command'
import { isLoopback } from '../../dns/server-address.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { sandboxTexts } from '../../runtime/messages/command-texts.ts'
import type { CommandRun } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import type { Options } from '../options.ts'
import type { Output } from '../output.ts'
import { alignedRows } from '../table.ts'

/** Runs the sandbox until it is interrupted, which is how it ends well. */
export const sandbox: CommandRun = async ({ options }, { output, path, signal }) => {
  const settings = settingsOf(options, path)
  const { runSandboxCommand } = await import('@certwright/sandbox/command')
  await runSandboxCommand({
    ...settings,
    json: true,
    stdout: { write: (text) => tell(JSON.parse(text) as SandboxDescription, output) },
    signal: signal ?? new AbortController().signal,
  })
  return exitCode.done
}

function settingsOf(options: Options, path: (text: string) => string) {
  const dir = options.text('dir')
  const host = options.text('host')
  if (host !== undefined && (isIP(host) === 0 || !isLoopback(host))) {
    throw new CertwrightError('USAGE_NOT_LOOPBACK', { value: host })
  }
  const zones = options.list('zone')
  const settings = {
    dir: dir === undefined ? undefined : path(dir),
    zones: zones.length === 0 ? undefined : zones,
    host,
    port: options.port('port'),
    dnsPort: options.port('dnsPort'),
    httpPort: options.port('httpPort'),
    tlsPort: options.port('tlsPort'),
    nonceReject: options.percent('nonceReject'),
    authzReuse: options.percent('authzReuse'),
    validity: options.durationMs('validity'),
  }
  return given(settings)
}

/** The entries that have a value. */
function given<T extends object>(entries: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

function tell(description: SandboxDescription, output: Output): void {
  const { directoryUrl, rootFile, zones, tsig, resolver, httpPort, tlsPort } = description
  const [zone = ''] = zones
  const where = `--issuer ${directoryUrl} --ca-file ${rootFile} --agree-tos`
  output.result(description, () => [
    ...alignedRows([
      [output.text(sandboxTexts.directory), directoryUrl],
      [output.text(sandboxTexts.root), rootFile],
      [output.text(sandboxTexts.zones), zones.join(', ')],
      [output.text(sandboxTexts.resolver), resolver],
      [output.text(sandboxTexts.httpPort), String(httpPort)],
      [output.text(sandboxTexts.tlsPort), String(tlsPort)],
      [output.text(sandboxTexts.tsig), `${tsig.name} ${tsig.algorithm} ${tsig.secret}`],
    ]),
    '',
    output.text(sandboxTexts.try),
    `  certwright issue www.${zone} ${where} --http-port ${httpPort}`,
    `  certwright issue '*.${zone}' ${where} --dns rfc2136 --resolver ${resolver} \\`,
    `    --dns-option server=${resolver} --dns-option key-name=${tsig.name} \\`,
    `    --dns-option key-algorithm=${tsig.algorithm} --dns-option key-secret=${tsig.secret}`,
    '',
    output.text(sandboxTexts.stop),
  ])
}
