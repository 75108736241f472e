import { assumed, documented, refusals } from '../errors.ts'

/** States of a zone in which nothing can be changed. */
const zoneErrors = {
  'RecordForbidden.DNSChange': documented(400, 'The DNS of the domain is being changed.'),
  'RecordForbidden.BlackHole': documented(400, 'The domain is in a black hole.'),
  DomainExpiredDNSForbidden: documented(400, 'The domain has expired.'),
  'Forbidden.DomainExpired': documented(400, 'The DNS service of the domain has expired.'),
  DomainForbidden: documented(400, 'The domain is locked.'),
  IllegalUser: documented(400, 'The user may not use the service.'),
}

export type ZoneRefusal = keyof typeof zoneErrors

/** The codes of Alibaba Cloud DNS. */
export const alidnsErrors = {
  ...zoneErrors,
  DomainRecordDuplicate: documented(400, 'The DNS record already exists.'),
  DomainRecordConflict: documented(400, 'The record conflicts with another record.'),
  DomainRecordNotBelongToUser: documented(
    400,
    'The domain record does not belong to you or does not exist.',
  ),
  DomainRecordLocked: documented(400, 'The DNS record is locked.'),
  'InvalidRecordId.NotFound': documented(404, 'The specified record does not exist.'),
  'InvalidRR.NoExist': documented(400, 'The specified host record does not exist.'),
  'InvalidRR.Format': documented(400, 'The format of the host record is invalid.'),
  'InvalidDomainName.NoExist': documented(404, 'The specified domain name does not exist.'),
  'InvalidDomainName.Format': documented(400, 'The format of the domain name is invalid.'),
  'InvalidDomainName.Suffix': documented(400, 'The suffix of the domain name is invalid.'),
  'InvalidDomainName.Length': documented(400, 'The domain name is too long.'),
  IncorrectDomainUser: documented(400, 'The domain name does not belong to you.'),
  DomainNotFound: documented(404, 'The domain name is not found.'),
  'QuotaExceeded.TTL': documented(400, 'The TTL is below what the edition allows.'),
  'QuotaExceeded.Record': documented(400, 'The quota of records is used up.'),
  'QuotaExceeded.SubDomain': documented(400, 'The quota of records of this name is used up.'),
  'QuotaExceeded.FreeDnsRecord': documented(400, 'The quota of the free edition is used up.'),
  LastOperationNotFinished: documented(400, 'The last operation is not finished yet.'),
  'SubDomainInvalid.Type': documented(400, 'The type of the record is invalid.'),
  'SubDomainInvalid.TTL': documented(400, 'The specified TTL is invalid.'),
  'SubDomainInvalid.Line': documented(400, 'The line of the record is invalid.'),
  'SubDomainInvalid.Priority': documented(400, 'The priority of the record is invalid.'),
  'SubDomainInvalid.Value': documented(400, 'The value of the record is invalid.'),
  InvalidStatus: assumed(400, 'The status is Enable or Disable.'),
}

export const refuse = refusals(alidnsErrors)
