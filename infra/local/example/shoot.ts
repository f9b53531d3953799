import type { NetworkPluginName } from '../../../shared/migration/network-plugins.ts';
import { EXAMPLE_POOL } from './nodes.ts';

/** The Shoot that `npm start` migrates when it is given no other: native routing, three zones. */
export interface ShootManifest {
  readonly apiVersion: 'core.gardener.cloud/v1beta1';
  readonly kind: 'Shoot';
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly generation: number;
  };
  readonly spec: {
    readonly region: string;
    readonly kubernetes: { readonly version: string };
    readonly maintenance: { readonly timeWindow: { readonly begin: string; readonly end: string } };
    readonly networking: {
      readonly type: string;
      readonly ipFamilies: readonly string[];
      readonly nodes: string;
      readonly pods: string;
      readonly services: string;
      readonly providerConfig: object;
    };
    readonly provider: {
      readonly type: 'gcp';
      readonly workers: readonly object[];
      readonly infrastructureConfig: object;
    };
  };
  readonly status: { readonly technicalID: string };
}

/** `garden-core/api`. A tenth of its nodes, at least three, may be replaced at once. */
export function exampleShoot(nodes: number, networkPlugin: NetworkPluginName = 'calico'): ShootManifest {
  return {
    apiVersion: 'core.gardener.cloud/v1beta1',
    kind: 'Shoot',
    metadata: {
      name: 'api',
      namespace: 'garden-core',
      uid: '0f7c3b0e-5f5e-4d52-9a53-3c1e6b8f2a10',
      generation: 1,
    },
    spec: {
      region: 'europe-west1',
      kubernetes: { version: '1.34.2' },
      maintenance: { timeWindow: { begin: '220000+0000', end: '020000+0000' } },
      networking: {
        type: networkPlugin,
        ipFamilies: ['IPv4'],
        nodes: '10.250.0.0/16',
        pods: '100.96.0.0/11',
        services: '100.64.0.0/13',
        providerConfig: {
          apiVersion: `${networkPlugin}.networking.extensions.gardener.cloud/v1alpha1`,
          kind: 'NetworkConfig',
          overlay: { enabled: false },
        },
      },
      provider: {
        type: 'gcp',
        workers: [
          {
            name: EXAMPLE_POOL,
            minimum: 1,
            maximum: 8000,
            maxSurge: Math.max(3, Math.ceil(nodes / 10)),
            zones: ['europe-west1-b', 'europe-west1-c', 'europe-west1-d'],
          },
        ],
        infrastructureConfig: {
          apiVersion: 'gcp.provider.extensions.gardener.cloud/v1alpha1',
          kind: 'InfrastructureConfig',
          networks: { workers: '10.250.0.0/16', internal: '10.243.0.0/24' },
        },
      },
    },
    status: { technicalID: 'shoot--core--api' },
  };
}
