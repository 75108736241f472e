import { presetTarget } from './files/files-target.ts'

export const { target, create } = presetTarget('docker')
