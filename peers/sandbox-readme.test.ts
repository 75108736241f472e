import { spawn, type ChildProcess } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { describeWith, freePort, refusesNoNonce, run, temporaryFolder, type Ran } from './peer.ts'
import { root } from './process.ts'

const readme = readFileSync(join(root, 'packages/sandbox/README.md'), 'utf8')
const command = join(root, 'packages/sandbox/bin/certwright-sandbox.js')

let sandbox: ChildProcess | undefined
afterEach(async () => {
  if (sandbox === undefined) return
  const ended = once(sandbox, 'close')
  sandbox.kill('SIGTERM')
  await ended
  sandbox = undefined
})

/** The first block of code under a heading, with ports that are free in place of its own. */
function blocks(ports: ReadonlyMap<string, number>): (heading: string) => string {
  return (heading) => {
    const [, section = ''] = readme.split(`${heading}\n`)
    const [, code = ''] = /```\w+\n(.*?)```/s.exec(section) ?? []
    expect(code).not.toBe('')
    return code.replaceAll(/\b(?:14000|5002|15000)\b/g, (port) => String(ports.get(port)))
  }
}

async function followed(): Promise<{
  folder: string
  block: (heading: string) => string
  controlUrl: string
}> {
  const ports = new Map<string, number>()
  for (const port of ['14000', '5002', '15000']) ports.set(port, await freePort())
  const block = blocks(ports)
  const folder = temporaryFolder()
  const [, ...args] = block('## Quick start').trim().split(' ').slice(1)
  sandbox = spawn(process.execPath, [command, ...args], { cwd: folder })
  const { stdout } = sandbox
  if (stdout === null) throw new Error('it has no output')
  await once(stdout, 'data')
  return { folder, block, controlUrl: `http://127.0.0.1:${ports.get('15000')}` }
}

const shell = async (text: string, cwd: string, env = {}): Promise<Ran> =>
  run('/bin/sh', ['-e'], { input: text, cwd, env })

/** `file` is where it left the certificate; without one it has printed it. */
function expectName(ran: Ran, file?: string): void {
  expect(ran.code, ran.stdout + ran.stderr).toBe(0)
  const pem = file === undefined ? ran.stdout : readFileSync(file, 'utf8')
  expect(new X509Certificate(pem).checkHost('www.example.test')).toBe('www.example.test')
}

describeWith(
  ['certbot', 'lego', 'curl'],
  'the quick starts of the sandbox do what they say',
  () => {
    it('certbot', async () => {
      const { folder, block, controlUrl } = await followed()
      await refusesNoNonce(controlUrl)
      const ran = await shell(block('### certbot'), folder)
      expectName(ran, join(folder, 'certbot/live/www.example.test/cert.pem'))
    })

    it('lego', async () => {
      const { folder, block } = await followed()
      const ran = await shell(block('### lego'), folder)
      expectName(ran, join(folder, 'lego/certificates/www.example.test.crt'))
    })

    it('acme-client', async () => {
      const { folder, block } = await followed()
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
      writeFileSync(join(folder, 'run.mjs'), block('### acme-client'))
      const env = { NODE_EXTRA_CA_CERTS: 'sandbox/root.pem' }
      const ran = await run(process.execPath, ['run.mjs'], { cwd: folder, env })
      expectName(ran)
    })

    it('the control API', async () => {
      const { folder, block } = await followed()
      const ran = await shell(block('## The control API'), folder)
      expect(ran.code, ran.stderr).toBe(0)
      // The answers stand one behind the other, as curl leaves them.
      const answers = ran.stdout.replaceAll(/(?<=[\]}])(?=[[{])/g, '\n').split('\n')
      const [orders, knobs, fault, clock] = answers.map((text) => JSON.parse(text) as object)
      expect(orders).toEqual([])
      expect(knobs).toMatchObject({ stuckOrders: true })
      expect(fault).toEqual({ id: '1' })
      expect((clock as { now: number }).now).toBeGreaterThan(Date.now())
    })
  },
)
