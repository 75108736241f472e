export { nodeTransport, type NodeTransportOptions } from './http2-transport.ts'
export { generateKeyObject, keyObjectSigner, publicJwkOf } from './key-object-signer.ts'
export { readKeyObject } from './private-key.ts'
