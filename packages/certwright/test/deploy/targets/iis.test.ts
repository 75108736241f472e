import { createHash, X509Certificate } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { create } from '../../../src/deploy/targets/iis.ts'
import { iisScript } from '../../../src/deploy/targets/iis/script.ts'
import { systemHost } from '../../../src/runtime/host.ts'
import { Secret } from '../../../src/runtime/secret.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import type { CertificateBundle } from '../../../src/x509/bundle.ts'
import { pkcs12Chain } from '../../../src/x509/read-pkcs12.ts'
import { fingerprintOf, renewals } from './account.ts'

const bundles = renewals(['www.example.com'])
const powershell = fileURLToPath(new URL('./children/powershell.ts', import.meta.url))
const context = { host: systemHost, env: process.env }

interface Machine {
  readonly bindings: Readonly<Record<string, string>>
  readonly store: ReadonlyArray<{ readonly thumbprint: string; readonly friendlyName: string }>
  readonly calls: ReadonlyArray<{ readonly action: string }>
}

/** A machine with IIS, whose PowerShell is a program of ours. */
function windows() {
  const folder = mkdtempSync(join(tmpdir(), 'iis '))
  const [file, program] = [join(folder, 'machine.json'), join(folder, 'powershell')]
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${powershell}' '${file}' "$@"\n`)
  chmodSync(program, 0o755)
  const machine = (): Machine =>
    existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as Machine)
      : { bindings: {}, store: [], calls: [] }
  return {
    folder,
    file,
    machine,
    target: (more: Readonly<Record<string, string>> = {}) =>
      create({ hostname: 'www.example.com', program, ...more }, context),
    close: () => rmSync(folder, { recursive: true }),
  }
}

function made() {
  const it = windows()
  onTestFinished(() => it.close())
  return it
}

function thumbprintOf({ chainPem }: CertificateBundle): string {
  return createHash('sha1').update(new X509Certificate(chainPem).raw).digest('hex').toUpperCase()
}

describe('iis: a site', () => {
  deployTargetSuite({
    test: it,
    world() {
      const { machine, target, close, file } = windows()
      const theirs = { thumbprint: 'A'.repeat(40), friendlyName: 'theirs' }
      const bindings = { 'other.example.com:443': theirs.thumbprint }
      writeFileSync(file, JSON.stringify({ bindings, store: [theirs], calls: [] }))
      return {
        target,
        refused: () => target({ site: 'talkative' }),
        host: systemHost,
        bundle: bundles,
        held() {
          const bound = machine().bindings['www.example.com:443']
          const all = [bundles(0), bundles(1)]
          const found = all.find((bundle) => thumbprintOf(bundle) === bound)
          return found && fingerprintOf(found)
        },
        wasOff: () => false,
        others: () => {
          const { bindings, store } = machine()
          return [
            bindings['other.example.com:443'],
            store.find((one) => one.friendlyName === 'theirs'),
          ]
        },
        count: () => machine().store.length,
        secrets: [],
        close: async () => close(),
      }
    },
  })

  it.each([
    ['hostname', 'a b'],
    ['hostname', '-x'],
    ['hostname', 'a"b'],
    ['port', '0'],
    ['store', 'Root'],
    ['exportable', 'yes'],
    ['timeout', '0'],
  ])('refuses %s=%s', (option, value) => {
    expect(() => create({ hostname: 'a.example', [option]: value }, context)).toThrow(
      expect.objectContaining({ code: 'TARGET_OPTION_NOT_CONFORM' }),
    )
  })

  it('has one certificate of ours left after the former was replaced and pruned', async () => {
    const { machine, target } = made()
    await target().write(bundles(0))
    await target().write(bundles(1))
    expect(machine().store).toHaveLength(2)
    expect(await target().prune?.(bundles(1))).toEqual([thumbprintOf(bundles(0))])
    expect(machine().store).toEqual([
      { thumbprint: thumbprintOf(bundles(1)), friendlyName: 'certwright www.example.com:443' },
    ])
  })

  it('is a site, a port and a store of a person’s choice', async () => {
    const { machine, target } = made()
    const values = { site: 'Shop', port: '8443', store: 'WebHosting', exportable: 'true' }
    await target(values).write(bundles(0))
    expect(machine().calls[0]).toMatchObject({
      site: 'Shop',
      store: 'WebHosting',
      exportable: true,
    })
    expect(machine().bindings).toEqual({ 'www.example.com:8443': thumbprintOf(bundles(0)) })
    expect(await target(values).endpoints?.()).toEqual([
      { host: 'localhost', port: 8443, servername: 'www.example.com' },
    ])
  })

  it('is not said to have what it does not show afterwards', async () => {
    const { target } = made()
    await expect(target({ site: 'contended' }).write(bundles(0))).rejects.toMatchObject({
      code: 'TARGET_REPLACED_MEANWHILE',
    })
    await expect(target({ site: 'mute' }).read()).rejects.toMatchObject({
      code: 'TARGET_PROGRAM_ANSWER',
    })
  })

  it('asks for a script where there is no PowerShell', async () => {
    const { target, folder } = made()
    const program = join(folder, 'absent')
    await expect(target({ program }).write(bundles(0))).rejects.toMatchObject({
      code: 'TARGET_POWERSHELL_MISSING',
    })
  })

  it('is a script and a request to be run there, where that is asked for', async () => {
    const { target, folder } = made()
    const script = join(folder, 'out')
    const made1 = target({ script })
    await made1.write(bundles(0))
    await made1.write(bundles(0))
    expect(readdirSync(script).sort()).toEqual(['certwright-iis.ps1', 'request.json'])
    const text = readFileSync(join(script, 'certwright-iis.ps1'), 'utf8')
    expect(text).toBe(`\uFEFF${iisScript.replaceAll('\n', '\r\n')}`)
    const request = join(script, 'request.json')
    expect(statSync(request).mode & 0o777).toBe(0o600)
    const { action, pfx, password } = JSON.parse(readFileSync(request, 'utf8')) as Record<
      string,
      string
    >
    expect(action).toBe('write')
    const octets = Buffer.from(pfx ?? '', 'base64')
    expect(await pkcs12Chain(octets, new Secret(password ?? ''))).toBe(bundles(0).chainPem)
    // Whether it was run there is told by handshakes alone.
    expect(await made1.read(undefined, bundles(0))).toEqual({})
    expect(await made1.endpoints?.()).toEqual([
      { host: 'www.example.com', port: 443, servername: 'www.example.com' },
    ])
  })
})

describe('the script for PowerShell', () => {
  it('is the same text for every certificate, and short enough for a command line', () => {
    const encoded = Buffer.from(iisScript, 'utf16le').toString('base64')
    // CreateProcess takes 32,767 characters.
    expect(encoded.length).toBeLessThan(30_000)
    expect(iisScript).not.toMatch(/\$\{/)
    expect(iisScript).toMatch(/^[\n\u0020-\u007e]+$/)
  })

  it('updates the binding by SNI in one step, and adds it only where there is none', () => {
    expect(iisScript).toContain('netsh http $verb sslcert "hostnameport=$binding"')
    expect(iisScript).toMatch(/\$verb = if \(Get-BoundThumbprint\) \{ 'update' \} else \{ 'add' \}/)
    expect(iisScript).not.toContain('delete sslcert')
    expect(iisScript).toMatch(/New-WebBinding .* -SslFlags 1/)
  })

  it('removes former certificates of ours alone, and none that is in use', () => {
    const [, body = ''] = /function Remove-Former[^{]*\{([^]*?)\n\}/.exec(iisScript) ?? []
    expect(body).toContain('$one.FriendlyName -eq $ask.friendlyName')
    expect(body).toContain('$one.Thumbprint -ne $keep')
    expect(body).toContain('$used -notmatch $one.Thumbprint')
  })

  it('closes every brace and quote that it opens, and calls no function that it does not have', () => {
    const code = iisScript.replace(/^\s*#.*$/gm, '')
    const strings = /'(?:[^']|'')*'|"(?:[^"`]|`.)*"/g
    const bare = code.replace(strings, '')
    expect(bare).not.toMatch(/['"]/)
    const stack: string[] = []
    const closers: Readonly<Record<string, string>> = { '}': '{', ')': '(', ']': '[' }
    for (const sign of bare) {
      if ('{(['.includes(sign)) stack.push(sign)
      else if (sign in closers) expect(stack.pop()).toBe(closers[sign])
    }
    expect(stack).toEqual([])
    const defined = new Set(
      [...code.matchAll(/^function ([A-Z]\w+-\w+)/gm)].map(([, name]) => name),
    )
    const cmdlets = new Set([
      'Get-Content',
      'ConvertFrom-Json',
      'ConvertTo-Json',
      'Out-String',
      'New-Object',
      'Where-Object',
      'Select-Object',
      'Import-Module',
      'Get-WebBinding',
      'New-WebBinding',
    ])
    for (const [name] of bare.matchAll(
      /\b(?:Get|Set|New|Import|Remove|Open|Out|Where|Select|ConvertTo|ConvertFrom)-\w+/g,
    )) {
      expect(defined.has(name) || cmdlets.has(name), name).toBe(true)
    }
  })
})
