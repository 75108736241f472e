// Prints where the CA's terms of service are, which an account has to agree to.
import { getDirectory } from '@certwright/acme'
import { client, print } from './settings.ts'

const { meta } = await getDirectory(client())
print(meta.termsOfService ?? 'This CA has no terms of service.')
