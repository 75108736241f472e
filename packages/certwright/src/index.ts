export { runCertwright } from './cli/main.ts'
export type { World } from './cli/world.ts'
export {
  installCertificate,
  type InstallCertificateOptions,
  type InstalledCertificate,
} from './deploy/install-certificate.ts'
export { served, type Served, type ServedOptions } from './deploy/served.ts'
export { CertwrightError, type ErrorCode } from './runtime/error.ts'
export { type Host, systemHost } from './runtime/host.ts'
export { Secret } from './runtime/secret.ts'
export { dnsSolver, type DnsSolverOptions } from './solvers/dns-solver.ts'
export type { CertificateBundle } from './x509/bundle.ts'
export {
  exportBundle,
  type ExportedFile,
  type ExportFormat,
  type ExportOptions,
} from './x509/export.ts'
