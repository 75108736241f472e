import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CertwrightError } from '../../runtime/error.ts'
import { upkeepTexts } from '../../runtime/messages/upkeep-texts.ts'
import { runProgram } from '../../runtime/program.ts'
import type { CommandRun } from '../command.ts'
import { configFile } from '../config-file.ts'
import { exitCode } from '../exit-code.ts'
import { replaceFile } from '../files.ts'
import { serviceManagerOf, serviceRecipe, type ServiceManager } from '../service-recipes.ts'

const patienceMs = 60_000

/** Writes what a service manager needs to run `certwright serve`, and starts it. */
export const serviceInstall: CommandRun = async ({ options }, session) => {
  const { output, world, directory } = session
  const asked = options.text('manager') as ServiceManager | undefined
  const manager = asked ?? serviceManagerOf(process.platform)
  if (!manager) throw new CertwrightError('SERVICE_MANAGER_UNKNOWN', { system: process.platform })
  const recipe = serviceRecipe(
    manager,
    {
      program: [process.execPath, ...process.argv.slice(1, 2)],
      config: configFile(options.text('config'), world),
      state: directory,
      timer: options.flag('timer'),
      user: options.flag('user'),
    },
    world.home,
  )
  const commands = recipe.commands.map((words) => words.join(' '))
  if (options.flag('print')) {
    output.result({ manager, ...recipe }, () => [
      ...recipe.files.flatMap(({ path, text }) => [
        `# ${path}`,
        ...text.trimEnd().split(/\r?\n/),
        '',
      ]),
      ...commands.map((command) => output.text(upkeepTexts.wouldRun, { command })),
    ])
    return exitCode.done
  }
  if (serviceManagerOf(process.platform) !== manager) {
    throw new CertwrightError('SERVICE_MANAGER_ELSEWHERE', { manager, system: process.platform })
  }
  for (const { path, text } of recipe.files) {
    await mkdir(dirname(path), { recursive: true })
    await replaceFile(path, Buffer.from(text), 0o644)
    output.note(output.text(upkeepTexts.written, { path }))
  }
  for (const words of recipe.commands) {
    const [program = '', ...rest] = words
    const run = { env: world.env, timeoutMs: patienceMs, signal: session.signal }
    const { exit, stderr } = await runProgram([program, ...rest], run)
    const command = words.join(' ')
    if (exit !== 0) {
      throw new CertwrightError('SERVICE_NOT_STARTED', { command, exit, output: stderr.trim() })
    }
    output.note(output.text(upkeepTexts.ran, { command }))
  }
  output.result({ manager, ...recipe }, () => [])
  return exitCode.done
}
