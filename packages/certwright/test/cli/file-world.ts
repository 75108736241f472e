import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fakeService, type FakeService } from './fake-targets.ts'
import type { SandboxOptions } from '@certwright/sandbox'
import { sandboxWorld, type SandboxWorld } from './sandbox-world.ts'
import type { Outcome } from './terminal.ts'

/** A file of certificates, a CA, and the places that serve them. */
export interface FileWorld extends SandboxWorld {
  readonly fake: FakeService
  readonly write: (certificates: string) => Promise<void>
  readonly does: (command: string) => Promise<Outcome>
  readonly json: (command: string) => Promise<{ readonly code: number; readonly document: Json }>
}

export interface Json {
  readonly actions: readonly Record<string, unknown>[]
  readonly later: readonly Record<string, unknown>[]
  readonly outcomes: readonly Record<string, unknown>[]
  readonly failed: number
  readonly error: Record<string, unknown>
}

/** Two certificates, each at a site of its own. */
export const two = `
  - names: [a.example.test]
    installs: ['fake-web:site=a.example.test']
  - names: [b.example.test, www.b.example.test]
    installs: ['fake-web:site=b.example.test']
`

export async function fileWorld(
  certificates = two,
  sandboxOptions: SandboxOptions = {},
): Promise<FileWorld> {
  const fake = await fakeService()
  const world = await sandboxWorld(sandboxOptions, { targets: fake.registry })
  const { sandbox, directory, run } = world
  const write: FileWorld['write'] = async (text) =>
    writeFile(
      join(directory, 'certwright.yaml'),
      `issuers:
  - name: sandbox
    directory: ${sandbox.directoryUrl}
    ca-file: root.pem
    agree-terms: true
defaults:
  challenge: { type: http-01, port: ${sandbox.httpPort} }
certificates:${text}`,
    )
  await write(certificates)
  const does: FileWorld['does'] = async (command) => run(command.split(' '))
  return {
    ...world,
    fake,
    write,
    does,
    async json(command) {
      const { code, stdout } = await does(`${command} --json`)
      return { code, document: JSON.parse(stdout) as Json }
    },
  }
}
