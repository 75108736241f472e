/**
 * The script that keeps a certificate at a site of IIS: Windows PowerShell 5.1 with the module WebAdministration, and
 * netsh, whose `hostnameport` is a binding by SNI. It is always the same text: what it works on comes as one object of
 * JSON through its standard input or from a file, and nothing secret is ever in its arguments. It answers with one
 * object of JSON.
 */
export const iisScript = String.raw`param([string]$Request)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
# The application that IIS itself names in its bindings.
$applicationId = '{4dc3e181-e14b-4a21-b022-59fc669b0914}'

if ($Request) { $text = Get-Content -LiteralPath $Request -Raw -Encoding UTF8 } else { $text = [Console]::In.ReadToEnd() }
$ask = $text | ConvertFrom-Json
$binding = '{0}:{1}' -f $ask.hostname, $ask.port

# The labels of netsh are in the language of the machine; a hash is forty hexadecimal digits in every language.
function Get-BoundThumbprint {
  $shown = netsh http show sslcert "hostnameport=$binding" | Out-String
  if ($LASTEXITCODE -ne 0) { return $null }
  $found = [regex]::Match($shown, '(?<![0-9a-fA-F])[0-9a-fA-F]{40}(?![0-9a-fA-F])')
  if ($found.Success) { return $found.Value.ToUpperInvariant() }
  return $null
}

function Open-Store([string]$name) {
  $store = New-Object System.Security.Cryptography.X509Certificates.X509Store($name, 'LocalMachine')
  $store.Open('ReadWrite')
  return $store
}

# The key goes into the machine's own store, so that it is there after a restart; it is exportable only on demand.
function Import-Bundle {
  $flags = [System.Security.Cryptography.X509Certificates.X509KeyStorageFlags]'MachineKeySet, PersistKeySet'
  if ($ask.exportable) { $flags = $flags -bor [System.Security.Cryptography.X509Certificates.X509KeyStorageFlags]::Exportable }
  $all = New-Object System.Security.Cryptography.X509Certificates.X509Certificate2Collection
  $all.Import([Convert]::FromBase64String($ask.pfx), $ask.password, $flags)
  $own = $all | Where-Object { $_.HasPrivateKey } | Select-Object -First 1
  if (-not $own) { throw 'The PKCS#12 file holds no private key' }
  $own.FriendlyName = $ask.friendlyName
  $store = Open-Store $ask.store
  try { $store.Add($own) } finally { $store.Close() }
  $issuers = Open-Store 'CA'
  try {
    foreach ($one in $all) { if (-not $one.HasPrivateKey -and $one.Subject -ne $one.Issuer) { $issuers.Add($one) } }
  } finally { $issuers.Close() }
  return $own.Thumbprint
}

# SNI is 1 in SslFlags. A binding that is there keeps whatever else it has.
function Set-SiteBinding {
  Import-Module WebAdministration
  $known = Get-WebBinding -Name $ask.site -Protocol https -Port $ask.port -HostHeader $ask.hostname
  if (-not $known) {
    New-WebBinding -Name $ask.site -IPAddress '*' -Protocol https -Port $ask.port -HostHeader $ask.hostname -SslFlags 1
  }
}

# An update changes the certificate in one step: there is no moment without one.
function Set-BoundThumbprint([string]$thumbprint) {
  $verb = if (Get-BoundThumbprint) { 'update' } else { 'add' }
  $said = netsh http $verb sslcert "hostnameport=$binding" "certhash=$thumbprint" "certstorename=$($ask.store)" "appid=$applicationId" | Out-String
  if ($LASTEXITCODE -ne 0) { throw "netsh http $verb sslcert: $said" }
}

# Former ones of ours for this binding, which nothing uses any more.
function Remove-Former([string]$keep) {
  $used = netsh http show sslcert | Out-String
  $removed = @()
  $store = Open-Store $ask.store
  try {
    foreach ($one in @($store.Certificates)) {
      $isOurs = $one.FriendlyName -eq $ask.friendlyName
      if ($isOurs -and $one.Thumbprint -ne $keep -and $used -notmatch $one.Thumbprint) {
        $store.Remove($one)
        $removed += $one.Thumbprint
      }
    }
  } finally { $store.Close() }
  return ,$removed
}

switch ($ask.action) {
  'read' { $answer = @{ thumbprint = Get-BoundThumbprint } }
  'write' {
    $thumbprint = Import-Bundle
    Set-SiteBinding
    Set-BoundThumbprint $thumbprint
    $answer = @{ thumbprint = Get-BoundThumbprint }
  }
  'prune' { $answer = @{ removed = @(Remove-Former (Get-BoundThumbprint)) } }
  default { throw "There is no action '$($ask.action)'" }
}
$answer | ConvertTo-Json -Compress
`

/** What the script is asked. */
export interface IisRequest {
  readonly action: 'read' | 'write' | 'prune'
  readonly site: string
  readonly hostname: string
  readonly port: number
  /** A store of the machine, e.g. `My` or `WebHosting`. */
  readonly store: string
  /** By which former ones of ours are known. */
  readonly friendlyName: string
  readonly exportable?: boolean
  /** PKCS#12 in base64, and its password. */
  readonly pfx?: string
  readonly password?: string
}
