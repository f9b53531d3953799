import { z } from 'zod';

/** In place of a value: the field is taken out. */
export const GONE = Symbol('gone');

/** A field's path and what stands there from now on. */
export type Change = readonly [path: string, value: unknown];

type Manifest = Record<string, unknown>;
const object = z.record(z.string(), z.unknown());

/** A Shoot manifest against which nothing speaks, as JSON brings it. */
export function manifest(ipFamilies: readonly string[] = ['IPv4', 'IPv6']): Manifest {
  return {
    apiVersion: 'core.gardener.cloud/v1beta1',
    kind: 'Shoot',
    metadata: { name: 'api', namespace: 'garden-core', uid: '0f7c3b0e-5f5e-4d52-9a53-3c1e6b8f2a10' },
    spec: {
      region: 'europe-west1',
      networking: {
        type: 'calico',
        ipFamilies: [...ipFamilies],
        nodes: '10.250.0.0/16',
        pods: '100.96.0.0/11',
        services: '100.64.0.0/13',
        providerConfig: { kind: 'NetworkConfig', overlay: { enabled: false } },
      },
      maintenance: { timeWindow: { begin: '220000+0000', end: '020000+0000' } },
      provider: {
        type: 'gcp',
        infrastructureConfig: { kind: 'InfrastructureConfig', networks: { workers: '10.250.0.0/16' } },
      },
    },
    status: { technicalID: 'shoot--core--api' },
  };
}

/** The manifest with the changes made; parents that are missing are made on the way. */
export function changed(shoot: Manifest, ...changes: readonly Change[]): Manifest {
  return changes.reduce((sofar, [path, value]) => withField(sofar, path.split('.'), value), shoot);
}

function withField(parent: Manifest, path: readonly string[], value: unknown): Manifest {
  const [name = '', ...rest] = path;
  const { [name]: present, ...others } = parent;
  if (rest.length > 0) {
    const child = object.safeParse(present);
    return { ...others, [name]: withField(child.success ? child.data : {}, rest, value) };
  }
  return value === GONE ? others : { ...others, [name]: value };
}
