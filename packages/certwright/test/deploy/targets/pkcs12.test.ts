import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { expect, it, onTestFinished } from 'vitest'
import { create, target } from '../../../src/deploy/targets/pkcs12.ts'
import { fingerprintOf, renewals } from './account.ts'
import { serverFolder } from './folder.ts'
import { keystoreTests } from './keystores.ts'

/** What OpenSSL takes for the certificate of its key. */
function heldIn(pfx: Buffer, passphrase: string): string {
  const { context } = createSecureContext({ pfx, passphrase }) as unknown as {
    readonly context: { getCertificate(): Buffer }
  }
  return createHash('sha256').update(context.getCertificate()).digest('hex')
}

keystoreTests({ target, create }, heldIn)

it('is read by what knows no AES where that is asked for', async () => {
  const folder = serverFolder()
  onTestFinished(() => folder.close())
  const path = join(folder.path, 'site.pfx')
  const [bundle, password] = [renewals(['www.example.com'])(0), 'secret']
  const aes = Buffer.from('60864801650304012a', 'hex')
  for (const [encryption, hasAes] of [
    ['legacy', false],
    ['modern', true],
  ] as const) {
    const made = create({ path, password, encryption }, folder.context)
    await made.write(bundle)
    expect(readFileSync(path).includes(aes)).toBe(hasAes)
    expect(await made.read(undefined, bundle)).toMatchObject({ fingerprint: fingerprintOf(bundle) })
  }
})
