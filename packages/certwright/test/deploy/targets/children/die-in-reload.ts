// Writes a renewed certificate with the `files` target, and is killed by the reload command.
import { systemHost } from '../../../../src/runtime/host.ts'
import { Secret } from '../../../../src/runtime/secret.ts'
import { create } from '../../../../src/deploy/targets/files.ts'

const [values = '', bundle = ''] = process.argv.slice(2)
const { chainPem, key } = JSON.parse(bundle) as { chainPem: string; key: string }
const context = { host: systemHost, env: process.env }
const target = create(JSON.parse(values) as Record<string, string>, context)
await target.write({ chainPem, privateKey: new Secret(key) })
