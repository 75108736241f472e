/** What a service manager is to run. */
export interface ServiceOptions {
  /** Absolute: the program and its arguments, e.g. Node and the command's script. */
  readonly program: readonly string[]
  /** Absolute. */
  readonly config: string
  /** Absolute. */
  readonly state: string
  /** A run every hour instead of a service that goes on. */
  readonly timer: boolean
  /** For this person alone instead of the whole machine. */
  readonly user: boolean
}

/** Files to be written, and what is run once they are there. */
export interface ServiceRecipe {
  readonly files: readonly { readonly path: string; readonly text: string }[]
  readonly commands: readonly (readonly string[])[]
}

export type ServiceManager = 'systemd' | 'launchd' | 'windows'

/** The manager of services that a system has; `undefined` where none is known. */
export function serviceManagerOf(platform: string): ServiceManager | undefined {
  const managers: Readonly<Record<string, ServiceManager>> = {
    linux: 'systemd',
    darwin: 'launchd',
    win32: 'windows',
  }
  return managers[platform]
}

/** @param home Of the person whose service it is. */
export function serviceRecipe(
  manager: ServiceManager,
  options: ServiceOptions,
  home: string,
): ServiceRecipe {
  return { systemd, launchd, windows }[manager](options, home)
}

function argumentsOf({ program, config, state, timer }: ServiceOptions): readonly string[] {
  const once = timer ? ['--once'] : []
  return [...program, 'serve', '--config', config, '--state', state, ...once]
}

/** systemd.service(5): a word in double quotes, `%` and `$` doubled. */
function systemdWord(word: string): string {
  const text = word.replaceAll('%', '%%').replaceAll('$', '$$$$')
  return /^[\w@%+=:,./-]+$/.test(text)
    ? text
    : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

function systemd(options: ServiceOptions, home: string): ServiceRecipe {
  const { timer, user, state, config } = options
  const directory = user ? `${home}/.config/systemd/user` : '/etc/systemd/system'
  const run = argumentsOf(options).map(systemdWord).join(' ')
  const kind = timer
    ? ['Type=oneshot']
    : ['Type=exec', 'ExecReload=/bin/kill -HUP $MAINPID', 'Restart=on-failure', 'RestartSec=30']
  const guards = user
    ? []
    : [
        'NoNewPrivileges=true',
        'PrivateTmp=true',
        'ProtectHome=read-only',
        'ProtectKernelTunables=true',
        'ProtectControlGroups=true',
        'UMask=0077',
      ]
  const service = [
    '[Unit]',
    'Description=Certwright: TLS certificates kept as the file says',
    'Documentation=man:certwright(1)',
    'Wants=network-online.target',
    'After=network-online.target',
    `ConditionPathExists=${config}`,
    '',
    '[Service]',
    ...kind,
    `ExecStart=${run}`,
    `Environment=CERTWRIGHT_STATE=${systemdWord(state)}`,
    'TimeoutStopSec=60',
    ...guards,
    '',
    ...(timer ? [] : ['[Install]', `WantedBy=${user ? 'default' : 'multi-user'}.target`, '']),
  ]
  const clock = [
    '[Unit]',
    'Description=Certwright, every hour',
    '',
    '[Timer]',
    'OnCalendar=hourly',
    'RandomizedDelaySec=1h',
    'Persistent=true',
    '',
    '[Install]',
    'WantedBy=timers.target',
    '',
  ]
  const scope = user ? ['--user'] : []
  return {
    files: [
      { path: `${directory}/certwright.service`, text: service.join('\n') },
      ...(timer ? [{ path: `${directory}/certwright.timer`, text: clock.join('\n') }] : []),
    ],
    commands: [
      ['systemctl', ...scope, 'daemon-reload'],
      ['systemctl', ...scope, 'enable', '--now', timer ? 'certwright.timer' : 'certwright.service'],
    ],
  }
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function launchd(options: ServiceOptions, home: string): ServiceRecipe {
  const { timer, user, state } = options
  const label = 'certwright'
  const path = user
    ? `${home}/Library/LaunchAgents/${label}.plist`
    : `/Library/LaunchDaemons/${label}.plist`
  const when = timer
    ? ['  <key>StartInterval</key>', '  <integer>3600</integer>']
    : ['  <key>KeepAlive</key>', '  <dict><key>SuccessfulExit</key><false/></dict>']
  const text = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    '<dict>',
    '  <key>Label</key>',
    `  <string>${label}</string>`,
    '  <key>ProgramArguments</key>',
    '  <array>',
    ...argumentsOf(options).map((word) => `    <string>${xml(word)}</string>`),
    '  </array>',
    '  <key>RunAtLoad</key>',
    '  <true/>',
    ...when,
    '  <key>ExitTimeOut</key>',
    '  <integer>60</integer>',
    '  <key>Umask</key>',
    '  <integer>63</integer>',
    '  <key>StandardOutPath</key>',
    `  <string>${xml(state)}/certwright.log</string>`,
    '  <key>StandardErrorPath</key>',
    `  <string>${xml(state)}/certwright.log</string>`,
    '</dict>',
    '</plist>',
    '',
  ]
  return {
    files: [{ path, text: text.join('\n') }],
    commands: [['launchctl', 'load', '-w', path]],
  }
}

/** PowerShell: a word in single quotes, those within doubled. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "''")}'`
}

/** CommandLineToArgvW: a word in double quotes where it needs them. */
function windowsWord(word: string): string {
  return /[\s"]/.test(word)
    ? `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`
    : word
}

/** Windows starts no program as a service that was not made as one: a task that starts with the machine does the same. */
function windows(options: ServiceOptions): ServiceRecipe {
  const { timer, user, state } = options
  const [program = '', ...rest] = argumentsOf(options)
  const path = `${state}\\certwright-task.ps1`
  const trigger = timer
    ? 'New-ScheduledTaskTrigger -Once -At (Get-Date) -RepetitionInterval (New-TimeSpan -Hours 1)'
    : `New-ScheduledTaskTrigger ${user ? '-AtLogOn' : '-AtStartup'}`
  const principal = user
    ? 'New-ScheduledTaskPrincipal -UserId $env:USERNAME -LogonType Interactive'
    : "New-ScheduledTaskPrincipal -UserId 'SYSTEM' -LogonType ServiceAccount -RunLevel Highest"
  const text = [
    "$ErrorActionPreference = 'Stop'",
    `$action = New-ScheduledTaskAction -Execute ${quoted(program)} -Argument ${quoted(rest.map(windowsWord).join(' '))}`,
    `$trigger = ${trigger}`,
    `$principal = ${principal}`,
    '$settings = New-ScheduledTaskSettingsSet -ExecutionTimeLimit ([TimeSpan]::Zero) -RestartCount 10 -RestartInterval (New-TimeSpan -Minutes 1) -MultipleInstances IgnoreNew -StartWhenAvailable',
    "Register-ScheduledTask -TaskName 'Certwright' -Action $action -Trigger $trigger -Principal $principal -Settings $settings -Force",
    ...(timer ? [] : ["Start-ScheduledTask -TaskName 'Certwright'"]),
    '',
  ]
  return {
    files: [{ path, text: text.join('\r\n') }],
    commands: [['powershell', '-NoProfile', '-ExecutionPolicy', 'Bypass', '-File', path]],
  }
}
