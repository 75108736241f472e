import { poll } from '@certwright/acme'
import type { AlibabaClient } from '../../../cloud/alibaba/client.ts'
import { numberedPages } from '../../../cloud/alibaba/paging.ts'
import { CertwrightError } from '../../../runtime/error.ts'
import type { Host } from '../../../runtime/host.ts'
import type { CertificateList } from './certificate-list.ts'

/** One WAF instance. */
export interface Waf {
  readonly api: AlibabaClient
  /** Of the instance: the Chinese mainland is one side, everywhere else the other. */
  readonly RegionId: string
  /** Asked for once, when it is first needed. */
  readonly instance: (signal?: AbortSignal) => Promise<string>
}

/** The region of the WAF instance that protects a region. */
export function wafRegion(region: string): string {
  return /^cn-(?!hongkong$)/.test(region) ? 'cn-hangzhou' : 'ap-southeast-1'
}

/** The WAF instance that is named, or the account's. */
export function wafOf(
  target: string,
  api: AlibabaClient,
  region: string,
  given: string | undefined,
): Waf {
  const RegionId = wafRegion(region)
  let known = given
  return {
    api,
    RegionId,
    async instance(signal) {
      const ask = async (): Promise<{ readonly InstanceId?: string }> =>
        api.rpc('DescribeInstance', { RegionId }, signal)
      known ??= (await ask()).InstanceId
      if (known) return known
      const params = { target, resource: `WAF (${RegionId})` }
      throw new CertwrightError('TARGET_RESOURCE_NOT_FOUND', params)
    },
  }
}

interface AppliedCertificate {
  readonly CertificateId?: string | undefined
  readonly AppliedType?: string | undefined
}

interface PortDetail {
  readonly Port?: number
  readonly Protocol?: string
  readonly CloudResourceId?: string
  readonly Certificates?: readonly AppliedCertificate[]
}

interface CloudPort {
  readonly resource: string
  readonly product: string | undefined
  readonly port: number
}

/** The certificates of one port. `ModifyCloudResourceCert` writes the whole list, so that it is read just before. */
export function cloudResource(
  target: string,
  { resource, product, port }: CloudPort,
  { api, RegionId, instance }: Waf,
  host: Host,
): CertificateList {
  const place = async (signal?: AbortSignal) => ({
    InstanceId: await instance(signal),
    RegionId,
    ResourceInstanceId: resource,
    ResourceProduct: product,
  })
  const read = async (signal?: AbortSignal): Promise<PortDetail> => {
    const found = await portsOf(await place(signal), api, signal)
    const detail = found.find(({ Port }) => Port === port)
    if (detail) return detail
    const params = { target, resource: `${resource}:${port}` }
    throw new CertwrightError('TARGET_RESOURCE_NOT_FOUND', params)
  }
  const change = async (
    edit: (now: readonly AppliedCertificate[]) => readonly AppliedCertificate[],
    signal: AbortSignal | undefined,
  ): Promise<void> => {
    const { CloudResourceId, Certificates: before = [] } = await read(signal)
    const Certificates = edit(
      before.map(({ CertificateId, AppliedType }) => ({ CertificateId, AppliedType })),
    )
    const { InstanceId, ...triple } = await place(signal)
    const at = CloudResourceId ? { RegionId, CloudResourceId } : { ...triple, Port: port }
    await api.rpc('ModifyCloudResourceCert', { InstanceId, ...at, Certificates }, signal)
    const until = ({ Certificates: now = [] }: PortDetail): boolean =>
      keyOf(now) === keyOf(Certificates)
    await poll(async () => read(signal), { host, until, firstMs: 0, signal })
  }

  return {
    target,
    resource: `${resource} ${port}`,
    bound: async (signal) =>
      ((await read(signal)).Certificates ?? []).flatMap(({ CertificateId, AppliedType }) =>
        CertificateId ? [{ identifier: CertificateId, isDefault: AppliedType === 'default' }] : [],
      ),
    setDefault: async (CertificateId, signal) =>
      change(
        (now) => [
          { CertificateId, AppliedType: 'default' },
          ...now.filter((c) => c.AppliedType !== 'default' && c.CertificateId !== CertificateId),
        ],
        signal,
      ),
    add: async (CertificateId, signal) =>
      change((now) => [...now, { CertificateId, AppliedType: 'extension' }], signal),
    remove: async (identifiers, signal) =>
      change(
        (now) =>
          now.filter(
            ({ CertificateId = '', AppliedType }) =>
              AppliedType === 'default' || !identifiers.includes(CertificateId),
          ),
        signal,
      ),
  }
}

function keyOf(certificates: readonly AppliedCertificate[]): string {
  return certificates
    .map(({ AppliedType = '', CertificateId = '' }) => `${AppliedType} ${CertificateId}`)
    .toSorted()
    .join()
}

/** The HTTPS ports of a resource. */
export async function portsOf(
  place: Readonly<Record<string, unknown>>,
  api: AlibabaClient,
  signal: AbortSignal | undefined,
): Promise<readonly PortDetail[]> {
  const pages = numberedPages(async (PageNumber) => {
    const page = await api.rpc<{ AccessPortDetails?: readonly PortDetail[]; TotalCount?: number }>(
      'DescribeCloudResourceAccessPortDetails',
      { ...place, Protocol: 'https', PageNumber, PageSize: 50 },
      signal,
    )
    return { items: page.AccessPortDetails ?? [], total: page.TotalCount }
  })
  const ports: PortDetail[] = []
  for await (const port of pages) ports.push(port)
  return ports
}
