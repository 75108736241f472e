import { assumed, documented, refusals } from '../errors.ts'

/** The codes of `SetCdnDomainSSLCertificate`, which its sisters share. */
export const acceleratedErrors = {
  'InvalidSSLProtocol.ValueNotSupported': documented(
    400,
    'The specified value of parameter SSLProtocol is not supported.',
  ),
  'SSLPub.MissingParameter': documented(400, 'The parameter SSLPub is mandatory.'),
  'SSLPri.MissingParameter': documented(400, 'The parameter SSLPri is mandatory.'),
  InvalidSSLPub: documented(400, 'The SSLPub you provided is invalid.'),
  InvalidSSLPri: documented(400, 'The SSLPri you provided is invalid.'),
  'Certificate.MissMatch': documented(400, 'The certificate and the private key do not match.'),
  'Certificate.Expired': documented(400, 'The certificate has expired.'),
  'InvalidCertName.TooLong': documented(400, 'The length of the certificate name exceeds 128.'),
  'CertName.MissingParameter': documented(404, 'You must specify CertName.'),
  CertNameAlreadyExists: documented(400, 'The certificate name already exists.'),
  'Certificate.NotFind': documented(400, 'The certificate is not found.'),
  'Abs.CertRegion.ValueNotSupported': documented(400, 'The CertRegion is not supported.'),
  InvalidCertType: assumed(400, 'The specified value of parameter CertType is not supported.'),
  'InvalidDomain.NotFound': documented(404, 'The domain name does not belong to you.'),
  DomainNotFound: documented(404, 'The domain name is not found.'),
  'InvalidDomain.Offline': documented(404, 'The domain name is offline.'),
  'InvalidDomain.notOnline': documented(404, 'The domain name is not online.'),
  ServiceBusy: documented(403, 'The specified domain is configuring. Please try again later.'),
}

export const refuse = refusals(acceleratedErrors)
