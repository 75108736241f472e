import type { TargetContext } from '../target-context.ts'
import { targetValues } from '../target-options.ts'
import type { DeployTarget, TargetKind } from '../target.ts'
import { fileKeyTypes, filesTarget } from './files/files-target.ts'
import { localPlace } from './files/local-place.ts'
import { fileOptions, fileSettings } from './files/settings.ts'

export const target = {
  name: 'files',
  summary: {
    en: 'Files on this machine, and a command that makes a server take them up',
    zh: '本机上的文件，以及使服务器加载这些文件的命令',
  },
  options: fileOptions,
  keyTypes: fileKeyTypes,
  permissions: [],
} as const satisfies TargetKind

/** Puts files in place on this machine. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const settings = fileSettings(target.name, targetValues(target, values, context))
  return filesTarget(target.name, localPlace(context, settings), settings)
}
