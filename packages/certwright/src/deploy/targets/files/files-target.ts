import { join } from 'node:path'
import { CertwrightError } from '../../../runtime/error.ts'
import { describe } from '../../../x509/certificate.ts'
import type { TargetContext } from '../../target-context.ts'
import { targetValues } from '../../target-options.ts'
import type { DeployTarget, Endpoint, TargetKind, Wanted } from '../../target.ts'
import { fileInstaller, reasonOf } from './installation.ts'
import { fileRoles, laidFiles, versionName } from './layout.ts'
import { localPlace } from './local-place.ts'
import { installedIn } from './observed.ts'
import type { FilePlace } from './place.ts'
import { filePresets, type FilePreset, type FilePresetName } from './presets.ts'
import { fileOptions, fileSettings, type FileSettings } from './settings.ts'
import { publicPath } from './swap.ts'

/** Every key that the OpenSSL of these servers takes. */
export const fileKeyTypes = ['ec256', 'ec384', 'rsa2048', 'rsa3072', 'rsa4096'] as const

/** A target of PEM or DER files at a place. */
export function filesTarget(
  target: string,
  given: FilePlace,
  settings: FileSettings,
): DeployTarget {
  const place = namedPlace(target, given)
  const { layout } = settings
  const files = fileRoles.flatMap((role) => {
    const path = layout.paths[role]
    return path === undefined ? [] : [{ role, path }]
  })
  const { write, reload, note } = fileInstaller({
    target,
    place,
    settings,
    filesOf: (bundle) => laidFiles(layout, bundle),
    paths: files.map(({ path }) => path),
  })
  return {
    async read(signal, wanted) {
      const paths = files.map((file) => publicPath(file, settings))
      // In one reading: a host may be far.
      const readings = await place.read([...paths, ...(note === undefined ? [] : [note])], signal)
      const isUntold = note !== undefined && readings.has(note)
      const found = files.map(({ role }, index) => {
        const path = paths[index] ?? ''
        return { role, path, reading: readings.get(path) }
      })
      return installedIn(found, wanted, { isUntold, layout })
    },
    write,
    ...(reload && { reload }),
    ...(settings.versions !== undefined && {
      prune: async (keep, signal) => {
        const name = versionName(laidFiles(layout, keep))
        return pruneVersions(join(settings.versions ?? '', 'versions'), name, place, signal)
      },
    }),
  }
}

/** The same place, whose errors of reading say which target it is. */
function namedPlace(target: string, place: FilePlace): FilePlace {
  return {
    ...place,
    async read(paths, signal) {
      try {
        return await place.read(paths, signal)
      } catch (cause) {
        signal?.throwIfAborted()
        if (cause instanceof CertwrightError) throw cause
        const params = { target, reason: reasonOf(cause) }
        throw new CertwrightError('TARGET_FILES_NOT_READABLE', params, { cause })
      }
    },
  }
}

/** Removes every version but this one, where it is there. */
async function pruneVersions(
  directory: string,
  keep: string,
  place: FilePlace,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const names = await place.list(directory, signal)
  if (!names.includes(keep)) return []
  const replaced = names.filter((name) => /^[0-9a-f]{16}$/.test(name) && name !== keep)
  const paths = replaced.map((name) => join(directory, name))
  await place.perform(
    paths.map((path) => ({ do: 'remove', path })),
    signal,
  )
  return paths
}

/** What the file of a preset exports: a server of this machine whose files are known. */
export function presetTarget(name: FilePresetName): {
  readonly target: TargetKind
  readonly create: (
    values: Readonly<Record<string, string>>,
    context: TargetContext,
  ) => DeployTarget
} {
  const preset: FilePreset = filePresets[name]
  const target = {
    name,
    summary: preset.summary,
    options: presetOptions(preset),
    keyTypes: fileKeyTypes,
    permissions: [],
  } as const satisfies TargetKind
  return {
    target,
    create(values, context) {
      const set = targetValues({ name, options: fileOptions }, values, context)
      if (preset.directory === undefined && (set.directory ?? set.versions) === undefined) {
        throw new CertwrightError('TARGET_OPTION_MISSING', { target: name, option: 'directory' })
      }
      const settings = fileSettings(name, set, preset)
      return {
        ...filesTarget(name, localPlace(context, settings), settings),
        ...(preset.port !== undefined && {
          endpoints: async (_, wanted) => localEndpoints(preset, wanted),
        }),
      }
    },
  }
}

/** The options of files, each with what this server has where it is not set. */
function presetOptions(preset: FilePreset): TargetKind['options'] {
  const { directory, names, owner, group, keyMode, order, check, reload } = preset
  const own: Readonly<Record<string, string | undefined>> = {
    ...names,
    directory,
    owner,
    group,
    'key-mode': keyMode,
    order: order?.join('+'),
    check,
    reload,
  }
  return fileOptions.map((option) => {
    const value = own[option.key]
    if (value === undefined) return option
    const { en, zh } = option.summary
    return {
      ...option,
      summary: { en: `${plain(en)}; here ${value}`, zh: `${plain(zh)}；此处为 ${value}` },
    }
  })
}

/** Without the default of files in general. */
function plain(summary: string): string {
  return summary.replace(/(?:; by default|；默认) .*$/, '')
}

/** The server itself, by the first name of the certificate: others may be served elsewhere. */
function localEndpoints(
  { port = 0, starttls }: FilePreset,
  wanted: Wanted | undefined,
): readonly Endpoint[] {
  const [name] = wanted ? describe(wanted.chainPem).names : []
  if (name === undefined) return []
  const servername = name.replace(/^\*\./, 'certwright.')
  return [{ host: 'localhost', port, servername, ...(starttls && { starttls }) }]
}
