import type { ErrorText } from '../catalogue.ts'

/** Errors of writing a first file and of taking over what another client left. */
export const takeoverErrors = {
  TAKEOVER_NOTHING: {
    message: {
      en: 'Nothing of {client} is in {path}',
      zh: '{path} 中没有 {client} 的内容',
    },
    hint: {
      en: 'Name the directory with --path, and check that you may read it',
      zh: '请用 --path 指定目录，并检查是否有权读取',
    },
  },
  FILE_EXISTS: {
    message: {
      en: '{path} is there already, and is not overwritten',
      zh: '{path} 已存在，不会被覆盖',
    },
    hint: { en: 'Name another file, or move this one away', zh: '请指定其他文件，或移走现有文件' },
  },
  USAGE_ARGUMENT_FOR: {
    message: { en: '{argument} is only for {needed}', zh: '{argument} 仅用于 {needed}' },
    hint: { en: 'Leave {argument} out', zh: '请去掉 {argument}' },
  },
  USAGE_PROMPT_NEEDED: {
    message: {
      en: 'Nobody can be asked here, and no name was given',
      zh: '此处无法询问，且没有给出名称',
    },
    hint: {
      en: 'Name what the certificate is for, e.g. `certwright init www.example.com --email ops@example.com --agree-tos`',
      zh: '请给出证书的名称，例如 `certwright init www.example.com --email ops@example.com --agree-tos`',
    },
  },
} as const satisfies Record<string, ErrorText>
