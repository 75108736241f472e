import { createHmac } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createServer as createMailServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { channelModule, channels } from '../../src/notify/channels/registry.ts'
import type { Notice } from '../../src/notify/notice.ts'
import { systemHost, type Host } from '../../src/runtime/host.ts'
import { temporaryDirectory } from '../cli/terminal.ts'
import { listening } from '../deploy/listening.ts'

const now = 1_795_000_000_000
const host: Host = { ...systemHost, now: () => now, sleep: async () => Promise.resolve() }
const notice: Notice = {
  severity: 'error',
  title: 'Certwright: 1 problem <@everyone>',
  lines: ['a.example.test: not renewed & due 明天'],
  at: now,
  events: [
    { type: 'issue-failed', at: now, certificateId: 'a.example.test', details: { code: 'X' } },
  ],
}

interface Asked {
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Readonly<Record<string, unknown>>
  readonly text: string
}

/** A service that takes what is posted and answers as it is told. */
async function service(...answers: readonly (readonly [status: number, body: unknown])[]) {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => (text += String(chunk)))
    request.on('end', () => {
      const body = JSON.parse(text) as Asked['body']
      asked.push({ url: request.url ?? '', headers: request.headers, body, text })
      const [status, answer] = answers[asked.length - 1] ?? answers.at(-1) ?? [200, {}]
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
    })
  })
  const running = await listening(server)
  onTestFinished(async () => running[Symbol.asyncDispose]())
  return { url: `http://127.0.0.1:${running.endpoint.port}`, asked }
}

async function send(name: string, values: Readonly<Record<string, string>>): Promise<void> {
  const { create } = await channelModule(name)
  await create(values, { host, env: process.env }).send(notice)
}

describe('channels', () => {
  it('webhook signs what it posts, and the time', async () => {
    const { url, asked } = await service()
    await send('webhook', { url: `${url}/hook`, secret: 'hush' })
    const [{ body, text, headers }] = asked as [Asked]
    expect(body).toMatchObject({
      severity: 'error',
      at: '2026-11-18T11:06:40.000Z',
      events: [{ type: 'issue-failed', certificateId: 'a.example.test', details: { code: 'X' } }],
    })
    const time = now / 1000
    const hex = createHmac('sha256', 'hush').update(`${time}.${text}`).digest('hex')
    expect(headers['certwright-signature']).toBe(`t=${time},v1=${hex}`)
  })

  it('slack escapes what would be markup', async () => {
    const { url, asked } = await service([200, 'ok'])
    await send('slack', { url })
    expect(asked[0]?.body['text']).toContain('&lt;@everyone&gt;\na.example.test: not renewed &amp;')
  })

  it('discord calls nobody, and tries again where it is asked too often', async () => {
    const { url, asked } = await service([429, { retry_after: 1 }], [204, ''])
    await send('discord', { url })
    expect(asked).toHaveLength(2)
    expect(asked[1]?.body).toMatchObject({ allowed_mentions: { parse: [] } })
  })

  it('teams gets an adaptive card', async () => {
    const { url, asked } = await service([202, ''])
    await send('teams', { url })
    expect(asked[0]?.body).toMatchObject({
      attachments: [{ content: { type: 'AdaptiveCard', body: [{ color: 'Attention' }, {}] } }],
    })
  })

  it('telegram is told who by the path, and refuses inside a success', async () => {
    const { url, asked } = await service(
      [200, { ok: true }],
      [200, { ok: false, description: 'chat not found' }],
    )
    await send('telegram', { api: url, token: '1:secret', chat: '@ops' })
    expect(asked[0]).toMatchObject({ url: '/bot1:secret/sendMessage', body: { chat_id: '@ops' } })
    await expect(
      send('telegram', { api: url, token: '1:secret', chat: '@ops' }),
    ).rejects.toMatchObject({
      code: 'NOTICE_REFUSED',
      params: { reason: 'HTTP 200: chat not found' },
    })
  })

  it('ntfy gets a priority and a token', async () => {
    const { url, asked } = await service()
    await send('ntfy', { server: url, topic: 'certs', token: 'tk' })
    expect(asked[0]).toMatchObject({
      headers: { authorization: 'Bearer tk' },
      body: { topic: 'certs', priority: 4, title: notice.title },
    })
  })

  it('dingtalk is signed in the address, and refuses inside a success', async () => {
    const { url, asked } = await service(
      [200, { errcode: 0, errmsg: 'ok' }],
      [200, { errcode: 310000, errmsg: 'sign not match' }],
    )
    const values = { url: `${url}/robot/send?access_token=t0k`, secret: 'SEC1' }
    await send('dingtalk', values)
    const query = new URL(asked[0]?.url ?? '', url).searchParams
    expect(query.get('access_token')).toBe('t0k')
    expect(query.get('sign')).toBe(
      createHmac('sha256', 'SEC1').update(`${now}\nSEC1`).digest('base64'),
    )
    await expect(send('dingtalk', values)).rejects.toMatchObject({
      params: { channel: 'dingtalk', reason: 'HTTP 200: errcode 310000: sign not match' },
    })
  })

  it('feishu signs nothing under the time and the secret, and refuses inside a success', async () => {
    const { url, asked } = await service(
      [200, { code: 0 }],
      [200, { code: 19021, msg: 'sign match fail' }],
    )
    await send('feishu', { url, secret: 's' })
    const timestamp = String(now / 1000)
    expect(asked[0]?.body).toMatchObject({
      timestamp,
      sign: createHmac('sha256', `${timestamp}\ns`).update('').digest('base64'),
      msg_type: 'text',
    })
    await expect(send('feishu', { url })).rejects.toMatchObject({ code: 'NOTICE_REFUSED' })
  })

  it('wecom refuses inside a success', async () => {
    const { url, asked } = await service([200, { errcode: 93000, errmsg: 'invalid webhook url' }])
    await expect(send('wecom', { url })).rejects.toMatchObject({ code: 'NOTICE_REFUSED' })
    expect(asked[0]?.body).toMatchObject({ msgtype: 'text' })
  })

  it('exec gives a program the notice on its standard input', async () => {
    const directory = await temporaryDirectory()
    const script = join(directory, 'hook.mjs')
    const seen = join(directory, 'seen.json')
    await writeFile(
      script,
      `import { readFileSync, writeFileSync } from 'node:fs'
writeFileSync(process.argv[2], readFileSync(0))
process.exitCode = process.argv[3] === 'fail' ? 3 : 0`,
    )
    await send('exec', { program: process.execPath, arguments: `${script} ${seen}` })
    expect(JSON.parse(await readFile(seen, 'utf8'))).toMatchObject({ title: notice.title })
    const failing = send('exec', { program: process.execPath, arguments: `${script} ${seen} fail` })
    await expect(failing).rejects.toMatchObject({ params: { reason: 'exit 3' } })
  })

  it('email speaks SMTP, and says only by what code it was refused', async () => {
    const heard: string[] = []
    let recipients = '250 ok'
    const server = createMailServer((socket) => {
      socket.write('220 mail.test ESMTP\r\n')
      let data = false
      socket.on('data', (chunk) => {
        for (const line of String(chunk).split('\r\n')) {
          heard.push(line)
          if (data) {
            if (line !== '.') continue
            data = false
            socket.write('250 taken\r\n')
          } else if (line.startsWith('EHLO')) socket.write('250 mail.test\r\n')
          else if (line.startsWith('RCPT')) socket.write(`${recipients}\r\n`)
          else if (line === 'DATA') {
            data = true
            socket.write('354 go on\r\n')
          } else if (line !== '') socket.write('250 ok\r\n')
        }
      })
    })
    const running = await listening(server)
    onTestFinished(async () => running[Symbol.asyncDispose]())
    const values = {
      host: '127.0.0.1',
      port: String(running.endpoint.port),
      tls: 'none',
      from: 'certwright@example.test',
      to: 'ops@example.test',
    }
    await send('email', values)
    expect(heard).toContain('MAIL FROM:<certwright@example.test>')
    expect(heard).toContain('RCPT TO:<ops@example.test>')
    recipients = '550 no such person'
    await expect(send('email', values)).rejects.toMatchObject({ code: 'NOTICE_REFUSED' })
    await expect(send('email', { ...values, host: 'mail.example.test' })).rejects.toMatchObject({
      code: 'CHANNEL_OPTION_NOT_CONFORM',
    })
  })

  it('none tells its address or a secret in an error', async () => {
    const { url } = await service([500, 'down'])
    const failing = send('slack', { url: `${url}/T0/hush` })
    await expect(failing).rejects.toMatchObject({
      code: 'NOTICE_NOT_SENT',
      params: { reason: 'HTTP 500' },
    })
    const nowhere = await send('webhook', { url: 'http://127.0.0.1:1/hush', secret: 'hush' }).catch(
      (error: unknown) => error,
    )
    expect(nowhere).toMatchObject({ code: 'NOTICE_NOT_SENT' })
    expect(JSON.stringify([nowhere, String(nowhere)])).not.toContain('hush')
  })

  it.each(Object.keys(channels))(
    '%s refuses options that are none, and plain HTTP',
    async (name) => {
      const { channel, create } = await channelModule(name)
      const required = Object.fromEntries(
        channel.options
          .filter((option) => 'required' in option)
          .map(({ key }) => [key, 'http://x.test']),
      )
      const context = { host, env: {} }
      expect(() => create({ ...required, nope: '1' }, context)).toThrow(
        expect.objectContaining({ code: 'CHANNEL_OPTION_UNKNOWN' }) as Error,
      )
      expect(() => create({}, context)).toThrow(
        expect.objectContaining({ code: 'CHANNEL_OPTION_MISSING' }) as Error,
      )
      const posts = channel.options.some(({ key }) => key === 'url')
      if (posts) {
        expect(() => create(required, context)).toThrow(
          expect.objectContaining({ code: 'CHANNEL_OPTION_NOT_CONFORM' }) as Error,
        )
      }
    },
  )

  it('names the nearest where there is no such channel', async () => {
    await expect(channelModule('dingtlak')).rejects.toMatchObject({
      code: 'CHANNEL_UNKNOWN',
      params: { suggestion: 'dingtalk' },
    })
  })
})
