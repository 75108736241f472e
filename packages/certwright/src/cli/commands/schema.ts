import type { CommandRun } from '../command.ts'
import { exitCode } from '../exit-code.ts'

/** Prints the JSON Schema of the file, for editors. */
export const schema: CommandRun = async (_input, { output, world }) => {
  const { configJsonSchema } = await import('../../manager/config/json-schema.ts')
  const document = await configJsonSchema(output.language, world.targets)
  output.raw(`${JSON.stringify(document, undefined, 2)}\n`)
  return exitCode.done
}
