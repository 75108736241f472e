export { CertwrightError, type ErrorCode } from './runtime/error.ts'
export { type Host, systemHost } from './runtime/host.ts'
export { Secret } from './runtime/secret.ts'
