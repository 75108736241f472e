import { readFileSync } from 'node:fs'
import { installCertificate, Secret, type CertificateBundle } from 'certwright'
import { print, setting } from './settings.ts'

/** The certificate's key and chain, from the files of acme.ini. */
export function bundle(): CertificateBundle {
  return {
    privateKey: new Secret(readFileSync(setting('CertificateKeyFile'), 'utf8')),
    chainPem: readFileSync(setting('ChainFile'), 'utf8'),
  }
}

/** Installs it on a target, e.g. `alibaba-cdn:domain=cdn.example.com`, and proves by TLS that it is served there. */
export async function install(target: string): Promise<void> {
  const { written, proven, endpoints } = await installCertificate(target, bundle(), {
    env: process.env,
  })
  print(`${target}: ${written ? 'installed' : 'was there already'}`)
  for (const { endpoint, verdict } of endpoints) print(`  ${endpoint.servername}: ${verdict}`)
  if (!proven) process.exitCode = 1
}
