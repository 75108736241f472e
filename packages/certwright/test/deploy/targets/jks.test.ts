import { createHash } from 'node:crypto'
import { create, target } from '../../../src/deploy/targets/jks.ts'
import { keystoreTests } from './keystores.ts'

/** The first certificate stands in the clear: its type, its length, its DER. */
function heldIn(store: Buffer): string | undefined {
  const at = store.indexOf('X.509') + 'X.509'.length
  const leaf = store.subarray(at + 4, at + 4 + store.readUInt32BE(at))
  return createHash('sha256').update(leaf).digest('hex')
}

keystoreTests({ target, create }, heldIn)
