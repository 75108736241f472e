// Installs the certificate on a domain of Alibaba Cloud CDN, and proves that it is served.
// Credentials: ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.
import { install } from './install.ts'
import { setting } from './settings.ts'

await install(setting('CDN'))
