// Stands for PowerShell on a machine with IIS: takes the very words that it would be run with, and does with a file of
// its own what the script does with http.sys and the certificate store.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { iisScript, type IisRequest } from '../../../../src/deploy/targets/iis/script.ts'

interface Machine {
  /** Thumbprints by `host:port`. */
  readonly bindings: Record<string, string>
  readonly store: { thumbprint: string; friendlyName: string }[]
  readonly calls: object[]
}

const [file = '', ...args] = process.argv.slice(2)
const machine = (
  existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { bindings: {}, store: [], calls: [] }
) as Machine
const at = args.indexOf('-EncodedCommand')
const text = Buffer.from(args[at + 1] ?? '', 'base64').toString('utf16le')
if (text !== iisScript || !args.includes('-NonInteractive')) throw new Error('another script')

const ask = JSON.parse(readFileSync(0, 'utf8')) as IisRequest
const binding = `${ask.hostname}:${ask.port}`
machine.calls.push({
  action: ask.action,
  site: ask.site,
  store: ask.store,
  exportable: ask.exportable,
})

function imported(): string {
  const pfx = Buffer.from(ask.pfx ?? '', 'base64')
  const { context } = createSecureContext({ pfx, passphrase: ask.password ?? '' }) as unknown as {
    readonly context: { getCertificate(): Buffer }
  }
  return createHash('sha1').update(context.getCertificate()).digest('hex').toUpperCase()
}

let answer: object
if (ask.site === 'talkative') {
  process.stderr.write(`Exception: ${JSON.stringify(ask)}\n`)
  process.exit(1)
} else if (ask.site === 'mute') {
  answer = []
} else if (ask.action === 'write') {
  const thumbprint = imported()
  if (!machine.store.some((one) => one.thumbprint === thumbprint)) {
    machine.store.push({ thumbprint, friendlyName: ask.friendlyName })
  }
  if (ask.site !== 'contended') machine.bindings[binding] = thumbprint
  answer = { thumbprint: machine.bindings[binding] ?? null }
} else if (ask.action === 'prune') {
  const used = new Set(Object.values(machine.bindings))
  const isFormer = (one: Machine['store'][number]): boolean =>
    one.friendlyName === ask.friendlyName && !used.has(one.thumbprint)
  const removed = machine.store.filter(isFormer).map(({ thumbprint }) => thumbprint)
  machine.store.splice(0, machine.store.length, ...machine.store.filter((one) => !isFormer(one)))
  answer = { removed }
} else {
  answer = { thumbprint: machine.bindings[binding] ?? null }
}
writeFileSync(file, JSON.stringify(machine))
if (ask.site !== 'mute') process.stdout.write(`${JSON.stringify(answer)}\r\n`)
