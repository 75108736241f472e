import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { ConfigError, pathText, type Complaint } from '../../../src/manager/config/complaint.ts'
import {
  loadConfig,
  type ConfigContext,
  type LoadedConfig,
} from '../../../src/manager/config/load.ts'
import { systemHost } from '../../../src/runtime/host.ts'

/** A directory of the test's own, with these files in it. */
export function directoryWith(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'certwright-config-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  return directory
}

export const context: ConfigContext = { host: systemHost, env: {} }

/** Reads a text as the file that it would be. */
export async function load(
  text: string,
  { name = 'certwright.yaml', ...lent }: Partial<ConfigContext> & { readonly name?: string } = {},
): Promise<LoadedConfig> {
  return loadConfig(join(directoryWith({ [name]: text }), name), { ...context, ...lent })
}

/** What is said about a text, as `line:column path CODE`. */
export async function complaintsAbout(
  text: string,
  options: Partial<ConfigContext> & { readonly name?: string } = {},
): Promise<readonly string[]> {
  return (await saidAbout(text, options)).map(
    ({ position: { line, column }, path, code }) => `${line}:${column} ${pathText(path)} ${code}`,
  )
}

export async function saidAbout(
  text: string,
  options: Partial<ConfigContext> & { readonly name?: string } = {},
): Promise<readonly Complaint[]> {
  try {
    return (await load(text, options)).warnings
  } catch (error) {
    if (error instanceof ConfigError) return error.complaints
    throw error
  }
}
