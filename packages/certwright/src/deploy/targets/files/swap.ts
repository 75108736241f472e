import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { versionName, type LaidFile } from './layout.ts'
import type { FileStep } from './place.ts'
import type { FileSettings } from './settings.ts'

/** How files come to where they should be, and how they go back. Data: nothing is done yet. */
export interface FileSwap {
  /** Puts everything beside its place and keeps what is there. Changes nothing that anybody reads. */
  readonly stage: readonly FileStep[]
  /** Puts it in its place: one rename a file, or one for all of them where there are versions. */
  readonly enter: readonly FileStep[]
  /** Puts back what was there, wherever `enter` has come to. */
  readonly undo: readonly FileStep[]
  /** Takes away what `stage` has left beside. */
  readonly clean: readonly FileStep[]
}

export type SwapSettings = Pick<
  FileSettings,
  'versions' | 'owner' | 'group' | 'mode' | 'keyMode' | 'reload'
>

/** Where people and servers read a file. */
export function publicPath(
  { path }: Pick<LaidFile, 'path'>,
  { versions }: Pick<FileSettings, 'versions'>,
): string {
  return versions === undefined ? path : join(versions, 'current', path)
}

/** The directory of a version with these files, and where each of them is in it. */
export function versionPaths(files: readonly LaidFile[], versions: string): readonly string[] {
  const directory = join(versions, 'versions', versionName(files))
  return files.map(({ path }) => join(directory, path))
}

/** Beside the first file until the server has been told of it: a run that died is known by it. */
export function reloadNote(
  files: readonly Pick<LaidFile, 'path'>[],
  { versions }: Pick<FileSettings, 'versions'>,
): string {
  const path = versions === undefined ? (files[0]?.path ?? '') : join(versions, 'current')
  return join(dirname(path), `.${basename(path)}.certwright-reload`)
}

/** `there` tells which paths hold something now. */
export function fileSwap(
  files: readonly LaidFile[],
  settings: SwapSettings,
  there: (path: string) => boolean,
): FileSwap {
  const { versions } = settings
  const swap =
    versions === undefined
      ? singleSwaps(files, settings, there)
      : versionSwap(files, { ...settings, versions }, there)
  if (!settings.reload) return swap
  const note = reloadNote(files, settings)
  const unfinished = besides(note, 'new')
  const octets = Buffer.from('The server has not been told yet of what is beside this file.\n')
  return {
    ...swap,
    stage: [...swap.stage, { do: 'put', path: unfinished, octets, mode: 0o644 }],
    enter: [{ do: 'rename', path: unfinished, to: note }, ...swap.enter],
    undo: [...swap.undo, { do: 'remove', path: note }],
    clean: [...swap.clean, { do: 'remove', path: unfinished }],
  }
}

/** A path for something unfinished or kept for the way back, which a later run recognises as ours. */
function besides(path: string, kind: 'new' | 'old'): string {
  return join(dirname(path), `.certwright-${kind}-${randomBytes(8).toString('hex')}`)
}

function singleSwaps(
  files: readonly LaidFile[],
  settings: SwapSettings,
  there: (path: string) => boolean,
): FileSwap {
  const swaps = files.map((file) => ({
    file,
    unfinished: besides(file.path, 'new'),
    former: besides(file.path, 'old'),
  }))
  return {
    stage: [
      ...preparations([...new Set(files.map(({ path }) => dirname(path)))]),
      ...swaps.map(({ file, unfinished }) => put(file, unfinished, settings)),
      ...swaps.flatMap(({ file, former }) => kept(file.path, former, there(file.path))),
    ],
    enter: swaps.map(({ file, unfinished }): FileStep => ({
      do: 'rename',
      path: unfinished,
      to: file.path,
    })),
    undo: swaps.map(({ file: { path }, former }) => back(path, former, there(path))),
    clean: swaps.flatMap(({ unfinished, former }) => removals([unfinished, former])),
  }
}

function versionSwap(
  files: readonly LaidFile[],
  settings: SwapSettings & { readonly versions: string },
  there: (path: string) => boolean,
): FileSwap {
  const { versions } = settings
  const current = join(versions, 'current')
  const name = versionName(files)
  const version = join(versions, 'versions', name)
  const unfinished = besides(version, 'new')
  const [link, former] = [besides(current, 'new'), besides(current, 'old')]
  // A version that is there was made whole, and is the same.
  const isMade = versionPaths(files, versions).every(there)
  const hasCurrent = files.some((file) => there(publicPath(file, settings)))
  const making: readonly FileStep[] = [
    { do: 'directory', path: unfinished },
    ...files.map((file) => put(file, join(unfinished, file.path), settings)),
    { do: 'rename', path: unfinished, to: version },
  ]
  return {
    stage: [
      ...preparations([dirname(version), versions]),
      ...(isMade ? [] : making),
      { do: 'symlink', path: link, to: join('versions', name) },
      ...kept(current, former, hasCurrent),
    ],
    enter: [{ do: 'rename', path: link, to: current }],
    undo: [back(current, former, hasCurrent)],
    clean: removals([unfinished, link, former]),
  }
}

function preparations(directories: readonly string[]): readonly FileStep[] {
  return directories.flatMap((path): readonly FileStep[] => [
    { do: 'directory', path },
    { do: 'sweep', directory: path },
  ])
}

function put(
  { octets, secret }: LaidFile,
  path: string,
  { owner, group, mode, keyMode }: SwapSettings,
): FileStep {
  return { do: 'put', path, octets, mode: secret ? keyMode : mode, owner, group }
}

function kept(path: string, former: string, isThere: boolean): readonly FileStep[] {
  return isThere ? [{ do: 'keep', path, as: former }] : []
}

function back(path: string, former: string, isThere: boolean): FileStep {
  return isThere ? { do: 'rename', path: former, to: path } : { do: 'remove', path }
}

function removals(paths: readonly string[]): readonly FileStep[] {
  return paths.map((path) => ({ do: 'remove', path }))
}
