import { createServer } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { parse } from 'yaml'
import { day, issue } from '../../x509/issued.ts'
import { listening } from '../../deploy/listening.ts'

/** One Secret, as the API gives it. */
export interface StoredSecret {
  readonly apiVersion: 'v1'
  readonly kind: 'Secret'
  metadata: {
    readonly name: string
    readonly namespace: string
    readonly uid: string
    resourceVersion: string
    labels?: Record<string, string>
    managedFields: ManagedFields[]
  }
  immutable?: boolean
  type: string
  data: Record<string, string>
}

interface ManagedFields {
  manager: string
  operation: 'Apply' | 'Update'
  /** Paths such as `.data.tls.crt`; the API writes a tree of them. */
  fields: string[]
}

export interface ApiServer extends AsyncDisposable {
  readonly server: string
  readonly caPem: string
  /** By `namespace/name`. */
  readonly secrets: ReadonlyMap<string, StoredSecret>
  /** Every call that was let in: method, path, query. */
  readonly calls: readonly string[]
  /** A client certificate that the server takes. */
  readonly client: { readonly certPem: string; readonly keyPem: string }
  /** What somebody with kubectl edit would do. */
  edit(key: string, manager: string, data: Record<string, string>): void
  create(key: string, secret: Pick<StoredSecret, 'type' | 'data'> & { immutable?: boolean }): void
  /** Makes the next calls fail so. */
  fail(...statuses: readonly number[]): void
  /** The tokens that are taken from now on. */
  take(...tokens: readonly string[]): void
  /** Refuses every write and repeats it whole in its message. */
  repeat(): void
}

/**
 * The part of a Kubernetes API server that Secrets are kept by, as its API documents and "Server-Side Apply" tell it:
 * content types, field managers and their conflicts, resource versions, preconditions, and errors as Status objects.
 */
export async function apiServer(): Promise<ApiServer> {
  const now = Date.now()
  const valid = { notBefore: now - day, notAfter: now + day }
  const root = issue({ subject: 'Cluster CA', ca: true, ...valid })
  const own = issue({ by: root, names: ['kubernetes'], addresses: [[127, 0, 0, 1]], ...valid })
  const client = issue({ by: root, subject: 'deployer', ...valid })
  const pemOf = ({ key }: typeof own): string =>
    key.export({ type: 'pkcs8', format: 'pem' }).toString()
  const secrets = new Map<string, StoredSecret>()
  const calls: string[] = []
  let failures: number[] = []
  let tokens: readonly string[] = ['token-1']
  let repeating = false
  let version = 100

  const bump = (secret: StoredSecret): void => {
    secret.metadata.resourceVersion = String((version += 1))
  }

  const handle = async (request: IncomingMessage): Promise<readonly [number, unknown]> => {
    const { method = '', headers } = request
    const url = new URL(request.url ?? '/', 'https://api')
    const body = await bodyOf(request)
    const failure = failures.shift()
    if (failure !== undefined) return status(failure, 'InternalError', 'not now')
    const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]
    const { authorized } = request.socket as TLSSocket
    if (!authorized && !tokens.includes(bearer ?? '')) {
      return status(401, 'Unauthorized', 'Unauthorized')
    }
    const [, namespace = '', name = ''] =
      /^\/api\/v1\/namespaces\/([^/]+)\/secrets\/([^/]+)$/.exec(url.pathname) ?? []
    if (namespace === 'forbidden') {
      const message = `secrets "${name}" is forbidden: User "deployer" cannot ${method} resource`
      return status(403, 'Forbidden', message)
    }
    if (namespace === '')
      return status(404, 'NotFound', 'the server could not find the requested resource')
    calls.push(`${method} ${url.pathname}${url.search}`)
    const key = `${namespace}/${name}`
    const found = secrets.get(key)
    if (method === 'GET') return found ? [200, shown(found)] : notFound(name)
    if (method === 'DELETE') return remove(key, found, JSON.parse(body) as Deletion)
    if (method !== 'PATCH') return status(405, 'MethodNotAllowed', method)
    if (repeating) return status(400, 'BadRequest', `cannot take ${body} of ${bearer}`)
    if (headers['content-type'] !== 'application/apply-patch+yaml') {
      return status(415, 'UnsupportedMediaType', `the body of the request was in an unknown format`)
    }
    return apply(key, found, parse(body) as AppliedSecret, url.searchParams)
  }

  const remove = (key: string, found: StoredSecret | undefined, { preconditions }: Deletion) => {
    if (!found) return notFound(key)
    const { uid, resourceVersion } = preconditions ?? {}
    if ((uid ?? found.metadata.uid) !== found.metadata.uid) {
      return status(409, 'Conflict', 'Precondition failed: UID in precondition')
    }
    if ((resourceVersion ?? found.metadata.resourceVersion) !== found.metadata.resourceVersion) {
      return status(409, 'Conflict', 'Precondition failed: ResourceVersion in precondition')
    }
    secrets.delete(key)
    return [200, { kind: 'Status', apiVersion: 'v1', status: 'Success' }] as const
  }

  const apply = (
    key: string,
    found: StoredSecret | undefined,
    patch: AppliedSecret,
    query: URLSearchParams,
  ): readonly [number, unknown] => {
    const [namespace = '', name = ''] = key.split('/')
    const manager = query.get('fieldManager')
    if (!manager) {
      return status(
        422,
        'Invalid',
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value',
      )
    }
    if (patch.apiVersion !== 'v1' || patch.kind !== 'Secret')
      return status(400, 'BadRequest', 'kind')
    if (patch.metadata.name !== name || patch.metadata.namespace !== namespace) {
      return status(400, 'BadRequest', 'the name of the object does not match the name on the URL')
    }
    if (patch.metadata.managedFields !== undefined) {
      return status(400, 'BadRequest', 'metadata.managedFields must be nil')
    }
    const { resourceVersion } = patch.metadata
    if (resourceVersion !== undefined && resourceVersion !== found?.metadata.resourceVersion) {
      return status(409, 'Conflict', 'the object has been modified')
    }
    if (found && patch.type !== found.type) {
      return status(
        422,
        'Invalid',
        `Secret "${name}" is invalid: type: Invalid value: field is immutable`,
      )
    }
    if (found?.immutable)
      return status(422, 'Invalid', 'data: Forbidden: field is immutable when `immutable` is set')
    if (patch.type === 'kubernetes.io/tls' && !(patch.data['tls.crt'] && patch.data['tls.key'])) {
      return status(422, 'Invalid', 'data[tls.crt]: Required value')
    }
    const wanted = fieldsOf(patch)
    const causes = [...wanted].flatMap(([field, value]) => {
      const holder = found?.metadata.managedFields.find(
        (one) => one.manager !== manager && one.fields.includes(field),
      )
      const differs = found && fieldsOf(found).get(field) !== value
      const message = `conflict with "${holder?.manager}" using v1`
      return holder && differs ? [{ reason: 'FieldManagerConflict', message, field }] : []
    })
    if (causes.length > 0 && query.get('force') !== 'true') {
      const message = `Apply failed with ${causes.length} conflicts`
      return status(409, 'Conflict', message, { causes })
    }
    const target = found ?? blank(namespace, name, patch.type)
    const before = JSON.stringify(shown(target))
    const lost = new Set(causes.map(({ field }) => field))
    for (const one of target.metadata.managedFields) {
      one.fields = one.fields.filter((field) => one.manager === manager || !lost.has(field))
    }
    const mine = target.metadata.managedFields.find(
      (one) => one.manager === manager && one.operation === 'Apply',
    )
    // What it applied before and no longer does, and nobody else holds, is taken away.
    for (const field of mine?.fields ?? []) {
      const key = /^\.data\.(.+)$/.exec(field)?.[1]
      if (key !== undefined && !wanted.has(field)) delete target.data[key]
    }
    Object.assign(target.data, patch.data)
    target.metadata.labels = { ...target.metadata.labels, ...patch.metadata.labels }
    if (mine) mine.fields = [...wanted.keys()]
    else {
      target.metadata.managedFields.push({
        manager,
        operation: 'Apply',
        fields: [...wanted.keys()],
      })
    }
    secrets.set(key, target)
    // "If the object is unchanged, the resource version is, too."
    if (!found || JSON.stringify(shown(target)) !== before) bump(target)
    return [found ? 200 : 201, shown(target)]
  }

  const blank = (namespace: string, name: string, type: string): StoredSecret => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace,
      uid: `uid-${(version += 1)}`,
      resourceVersion: '',
      managedFields: [],
    },
    type,
    data: {},
  })

  const server = createServer(
    { key: pemOf(own), cert: own.pem, ca: root.pem, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      void handle(request).then(([code, document]) => {
        response.writeHead(code, { 'content-type': 'application/json' })
        return response.end(JSON.stringify(document))
      })
    },
  )
  const running = await listening(server)
  return {
    server: `https://127.0.0.1:${running.endpoint.port}`,
    caPem: root.pem,
    secrets,
    calls,
    client: { certPem: client.pem, keyPem: pemOf(client) },
    create(key, { type, data, immutable }) {
      const [namespace = '', name = ''] = key.split('/')
      const secret = {
        ...blank(namespace, name, type),
        data: { ...data },
        ...(immutable && { immutable }),
      }
      bump(secret)
      secrets.set(key, secret)
    },
    edit(key, manager, data) {
      const secret = secrets.get(key)
      if (!secret) throw new Error(`no ${key}`)
      const fields = Object.keys(data).map((name) => `.data.${name}`)
      for (const one of secret.metadata.managedFields) {
        one.fields = one.fields.filter((field) => !fields.includes(field))
      }
      secret.metadata.managedFields.push({ manager, operation: 'Update', fields })
      Object.assign(secret.data, data)
      bump(secret)
    },
    fail: (...statuses) => void (failures = [...statuses]),
    take: (...taken) => void (tokens = taken),
    repeat: () => void (repeating = true),
    [Symbol.asyncDispose]: async () => running[Symbol.asyncDispose](),
  }
}

interface AppliedSecret {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly labels?: Record<string, string>
    readonly managedFields?: unknown
    readonly resourceVersion?: string
  }
  readonly type: string
  readonly data: Record<string, string>
}

interface Deletion {
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
}

function fieldsOf({
  data,
  metadata,
}: {
  readonly data: Record<string, string>
  readonly metadata: { readonly labels?: Record<string, string> }
}): ReadonlyMap<string, string> {
  const under = (prefix: string, values: Record<string, string>) =>
    Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value] as const)
  return new Map([...under('.data', data), ...under('.metadata.labels', metadata.labels ?? {})])
}

function shown(secret: StoredSecret): unknown {
  return structuredClone(secret)
}

function notFound(name: string): readonly [number, unknown] {
  return status(404, 'NotFound', `secrets "${name}" not found`)
}

function status(
  code: number,
  reason: string,
  message: string,
  details?: object,
): readonly [number, unknown] {
  const document = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' }
  return [code, { ...document, message, reason, code, ...(details && { details }) }]
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
