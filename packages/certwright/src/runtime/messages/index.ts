import { accountErrors } from './account-errors.ts'
import { acmeCommandErrors } from './acme-command-errors.ts'
import { alibabaErrors } from './alibaba-errors.ts'
import { budgetErrors } from './budget-errors.ts'
import { authorizationErrors } from './authorization-errors.ts'
import { cliErrors } from './cli-errors.ts'
import { configErrors } from './config-errors.ts'
import { deployErrors } from './deploy-errors.ts'
import { diagnosisErrors } from './diagnosis-errors.ts'
import { dnsErrors } from './dns-errors.ts'
import { issuanceErrors } from './issuance-errors.ts'
import { notifyErrors } from './notify-errors.ts'
import { persistErrors } from './persist-errors.ts'
import { planErrors } from './plan-errors.ts'
import { serviceErrors } from './service-errors.ts'
import { kubernetesErrors } from './kubernetes-errors.ts'
import { serverTargetErrors } from './server-target-errors.ts'
import { keyErrors } from './key-errors.ts'
import { solversErrors } from './solvers-errors.ts'
import { takeoverErrors } from './takeover-errors.ts'
import { storeErrors } from './store-errors.ts'
import { x509Errors } from './x509-errors.ts'

/** One catalogue: every error's text in every language, one file a room. */
export const errorTexts = {
  ...alibabaErrors,
  ...dnsErrors,
  ...solversErrors,
  ...x509Errors,
  ...storeErrors,
  ...issuanceErrors,
  ...keyErrors,
  ...accountErrors,
  ...persistErrors,
  ...acmeCommandErrors,
  ...authorizationErrors,

  ...deployErrors,
  ...configErrors,
  ...notifyErrors,
  ...takeoverErrors,
  ...budgetErrors,
  ...planErrors,
  ...serviceErrors,
  ...kubernetesErrors,
  ...serverTargetErrors,
  ...diagnosisErrors,
  ...cliErrors,
}

/** The closed set of codes. */
export type ErrorCode = keyof typeof errorTexts
