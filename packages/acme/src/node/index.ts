export { nodeTransport, type NodeTransportOptions } from './node-transport.ts'
export { generateKeyObject, keyObjectSigner, publicJwkOf } from './key-object-signer.ts'
export { readKeyObject } from './private-key.ts'
