import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, test } from 'vitest'
import { provider } from '../../../src/dns/providers/acme-dns.ts'
import { systemHost } from '../../../src/runtime/host.ts'
import { dnsProviderSuite } from '../../../src/testing/index.ts'
import { closedPort } from '../world.ts'

const account = {
  username: 'c36f50e8-4632-44f0-83fe-e070fef28a10',
  password: 'htB9mR9DYgcu9bX_afHF62erXaH2TS7bg9KW3F7Z',
  subdomain: '8e5700ea-a4bf-41c7-8a77-e990661dcc6a',
}
const fulldomain = `${account.subdomain}.auth.test`
const context = { host: systemHost, env: {} }
const record = {
  zone: '_acme-challenge.example.test',
  name: '_acme-challenge.example.test',
  value: 'v'.repeat(43),
  ttlSeconds: 60,
}

interface Server {
  readonly url: string
  /** The two values of the one subdomain, oldest first. */
  readonly values: string[]
  readonly paths: string[]
  close(): Promise<void>
}

/** What acme-dns does: two values that roll over, each account writes its own subdomain only. */
async function acmeDns(): Promise<Server> {
  const values: string[] = []
  const paths: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      paths.push(`${request.method} ${request.url}`)
      const answer = (status: number, json: object): void => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
      }
      if (request.url === '/register') {
        answer(201, { ...account, fulldomain, allowfrom: [] })
        return
      }
      const { subdomain, txt } = JSON.parse(body) as { subdomain: string; txt: string }
      const { 'x-api-user': user, 'x-api-key': key } = request.headers
      if (
        user !== account.username ||
        key !== account.password ||
        subdomain !== account.subdomain
      ) {
        answer(401, { error: 'forbidden' })
      } else if (!/^[\w-]{43}$/.test(txt)) answer(400, { error: 'bad_txt' })
      else {
        values.push(txt)
        values.splice(0, values.length - 2)
        answer(200, { txt })
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    values,
    paths,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function running(): Promise<Server> {
  const server = await acmeDns()
  onTestFinished(async () => server.close())
  return server
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'acme-dns-'))
  onTestFinished(async () => rm(path, { recursive: true }))
  return path
}

describe('the contract', () => {
  dnsProviderSuite({
    test,
    removes: false,
    world: async () => {
      const server = await acmeDns()
      return {
        zone: 'example.test',
        provider: () => provider({ server: `${server.url}/`, ...account }, context),
        values: () => server.values,
        secrets: [account.password],
        close: async () => server.close(),
      }
    },
  })
})

it.each([
  [{ ...account }, 'DNS_OPTION_MISSING', 'server'],
  [{ server: 'auth.test', ...account }, 'DNS_OPTION_NOT_CONFORM', 'server'],
  [{ server: 'https://user:pass@auth.test', ...account }, 'DNS_OPTION_NOT_CONFORM', 'server'],
  [{ server: 'https://auth.test' }, 'DNS_OPTION_MISSING', 'username'],
  [{ server: 'https://auth.test', username: 'u' }, 'DNS_OPTION_MISSING', 'password'],
  [
    { server: 'https://auth.test', username: 'u', password: 'p' },
    'DNS_OPTION_MISSING',
    'subdomain',
  ],
  [
    { server: 'https://auth.test', 'allow-registration': 'true' },
    'DNS_OPTION_MISSING',
    'account-file',
  ],
  [
    { server: 'https://auth.test', 'allow-registration': 'yes' },
    'DNS_OPTION_NOT_CONFORM',
    'allow-registration',
  ],
])('refuses the options %j', (values: Record<string, string>, code, option) => {
  expect(() => provider(values, context)).toThrow(
    expect.objectContaining({ code, params: expect.objectContaining({ option }) as object }),
  )
})

it('says what the server refused, without the password', async () => {
  const server = await running()
  const wrong = provider({ server: server.url, ...account, password: 'wr0ng-password' }, context)
  const error: unknown = await wrong.addTxt(record).catch((error: unknown) => error)
  expect(error).toMatchObject({
    code: 'DNS_PROVIDER_REFUSED',
    params: { status: 401, detail: 'forbidden', server: server.url },
  })
  expect(`${JSON.stringify(error)}${String(error)}`).not.toContain('wr0ng-password')
})

it('says that the server cannot be reached', async () => {
  const made = provider({ server: `http://127.0.0.1:${await closedPort()}`, ...account }, context)
  await expect(made.addTxt(record)).rejects.toMatchObject({
    code: 'DNS_PROVIDER_UNREACHABLE',
    params: { reason: 'ECONNREFUSED' },
  })
})

it('refuses a third value, which would push out the first, until one is done with', async () => {
  const server = await running()
  const made = provider({ server: server.url, ...account }, context)
  const add = async (letter: string) => made.addTxt({ ...record, value: letter.repeat(43) })
  const receipt = await add('a')
  await add('b')
  await expect(add('c')).rejects.toMatchObject({ code: 'DNS_PROVIDER_FULL', params: { limit: 2 } })
  expect(server.values).toHaveLength(2)
  await made.removeTxt(receipt)
  await add('c')
  expect(server.values.map((value) => value[0])).toEqual(['b', 'c'])
})

it('wants the value at a name of its own', () => {
  expect(provider({ server: 'https://auth.test', ...account }, context).ownsName).toBe(true)
})

describe('registration', () => {
  it('is kept in a file for this user alone, and the alias to add is said', async () => {
    const server = await running()
    const file = join(await folder(), 'account.json')
    const values = { server: server.url, 'account-file': file, 'allow-registration': 'true' }
    const error: unknown = await provider(values, context)
      .addTxt(record)
      .catch((error: unknown) => error)
    expect(error).toMatchObject({
      code: 'DNS_ACCOUNT_REGISTERED',
      hint: expect.stringContaining(`_acme-challenge.example.test. CNAME ${fulldomain}.`) as string,
    })
    expect(`${JSON.stringify(error)}${String(error)}`).not.toContain(account.password)
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject(account)
    expect((await stat(file)).mode & 0o777).toBe(0o600)

    await provider(values, context).addTxt(record)
    expect(server.values).toEqual([record.value])
    expect(server.paths).toEqual(['POST /register', 'POST /update'])
  })

  it('is not made where it was not allowed', async () => {
    const server = await running()
    const made = provider(
      { server: server.url, 'account-file': join(await folder(), 'absent') },
      context,
    )
    await expect(made.addTxt(record)).rejects.toMatchObject({
      code: 'DNS_ACCOUNT_FILE_NOT_READABLE',
      params: { reason: 'ENOENT' },
    })
    expect(server.paths).toEqual([])
  })

  it('is never made anew over a file that cannot be read, whose text is not shown', async () => {
    const server = await running()
    const path = await folder()
    const file = join(path, 'account.json')
    const values = { server: server.url, 'account-file': file, 'allow-registration': 'true' }
    for (const text of [`{"password":"${account.password}`, '{}', 'null']) {
      await writeFile(file, text)
      const error: unknown = await provider(values, context)
        .addTxt(record)
        .catch((error: unknown) => error)
      expect(error).toMatchObject({ code: 'DNS_ACCOUNT_FILE_NOT_READABLE' })
      expect((error as Error).cause).toBeUndefined()
    }
    expect(await readdir(path)).toEqual(['account.json'])
    expect(server.paths).toEqual([])
  })
})
