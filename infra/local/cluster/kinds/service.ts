import { z } from 'zod';
import type { KubernetesObject } from '../object/object.ts';
import { loose, stringMap } from '../object/object.ts';
import { intOrString } from './common.ts';

export type IpFamily = 'IPv4' | 'IPv6';

const servicePort = loose({
  name: z.string().optional(),
  port: z.number().int(),
  protocol: z.string().optional(),
  targetPort: intOrString.optional(),
  nodePort: z.number().int().optional(),
});
export type ServicePort = z.infer<typeof servicePort>;

export const serviceFields = loose({
  spec: loose({
    type: z.string().optional(),
    selector: stringMap.optional(),
    ports: z.array(servicePort).optional(),
    clusterIP: z.string().optional(),
    clusterIPs: z.array(z.string()).optional(),
    ipFamilies: z.array(z.string()).optional(),
    ipFamilyPolicy: z.string().optional(),
    externalName: z.string().optional(),
  }),
});
export type Service = KubernetesObject & z.infer<typeof serviceFields>;
export type ServiceSpec = Service['spec'];

export function familyOf(address: string): IpFamily {
  return address.includes(':') ? 'IPv6' : 'IPv4';
}
