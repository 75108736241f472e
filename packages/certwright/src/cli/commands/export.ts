import { Secret } from '../../runtime/secret.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { promptTexts, resultTexts } from '../../runtime/messages/command-texts.ts'
import { exportBundle, type ExportedFile, type ExportFormat } from '../../x509/export.ts'
import type { CommandRun } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { passwordIn, replaceFile } from '../files.ts'
import { exportFormats } from '../grammar.ts'
import type { Options } from '../options.ts'
import type { Session } from '../session.ts'
import { versionOf } from '../version-choice.ts'

/** Writes a version in another format: to a file that only its owner can read, or to standard output. */
export const exportCertificate: CommandRun = async ({ arguments: [id = ''], options }, session) => {
  const { output } = session
  const format = formatFrom(options)
  const number = options.count('version')
  const asked = options.text('output')
  if (asked === undefined) refuseBytesOnTerminal(format, session)
  const certificate = await session.certificate(id)
  const version = await versionOf(certificate, number, await session.store())
  const password = await passwordFor(format, options, session)
  const alias = options.text('alias') ?? id
  const files = exportBundle(version, {
    format,
    alias,
    ...(password && { password }),
    ...(options.text('keyFormat') === 'traditional' && { keyFormat: 'traditional' }),
  })
  const head = { id, version: version.number, format }
  if (asked === undefined) {
    if (output.json) output.result({ ...head, files: files.map(contentDocument) }, () => [])
    else for (const { bytes } of files) output.raw(bytes)
    return exitCode.done
  }
  const paths = files.map((file) => pathOf(session.path(asked), file, files))
  for (const [index, { bytes, secret }] of files.entries()) {
    await replaceFile(paths[index] ?? '', bytes, secret ? 0o600 : 0o644)
  }
  output.result({ ...head, files: paths.map((path) => ({ path })) }, () =>
    paths.map((path) =>
      output.text(resultTexts.exported, { path, id, number: version.number, format }),
    ),
  )
  return exitCode.done
}

function formatFrom(options: Options): ExportFormat {
  const format = exportFormats.find((known) => known === options.text('format'))
  if (!format) {
    throw new CertwrightError('USAGE_MISSING_ARGUMENT', {
      argument: '--format',
      command: 'export ',
    })
  }
  if (options.text('keyFormat') !== undefined && format !== 'pem' && format !== 'der') {
    throw new CertwrightError('USAGE_OPTION_NEEDS', {
      option: '--key-format',
      needed: '--format pem',
    })
  }
  if (options.text('keyFormat') === 'traditional' && options.text('passwordFile') !== undefined) {
    throw new CertwrightError('USAGE_OPTIONS_EXCLUDE', {
      option: '--key-format traditional',
      other: '--password-file',
    })
  }
  return format
}

/** Two files need names, and a terminal shows bytes as noise, which may even command it. */
function refuseBytesOnTerminal(format: ExportFormat, { world, output }: Session): void {
  if (output.json || format === 'pem') return
  if (format === 'der' || world.stdout.isTTY) {
    throw new CertwrightError('USAGE_OPTION_NEEDS', {
      option: `--format ${format}`,
      needed: '--output FILE',
    })
  }
}

/** From the file, else from a person, where the format needs one. `undefined` leaves the refusal to the format. */
async function passwordFor(
  format: ExportFormat,
  options: Options,
  { prompt, output, path }: Session,
): Promise<Secret | undefined> {
  const file = options.text('passwordFile')
  if (file !== undefined) return passwordIn(path(file))
  if (format === 'pem' || format === 'der' || !prompt) return undefined
  return new Secret(await prompt.password(output.text(promptTexts.password)))
}

/** One file gets the name that was given; of several, each gets its own ending. */
function pathOf(
  asked: string,
  { extension }: ExportedFile,
  files: readonly ExportedFile[],
): string {
  return files.length === 1 ? asked : `${asked.replace(/\.der$/, '')}.${extension}`
}

function contentDocument({ extension, bytes, secret }: ExportedFile): object {
  const text = extension === 'pem'
  return {
    extension,
    secret,
    encoding: text ? 'text' : 'base64',
    content: Buffer.from(bytes).toString(text ? 'utf8' : 'base64'),
  }
}
