import { stringify } from 'yaml';

/** A kubeconfig for the simulator: plain HTTP on loopback, nobody to log in as. */
export function kubeconfigOf(url: string) {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    // Without this flag client-node refuses plain HTTP, also on loopback; kubectl does not mind either way.
    clusters: [{ name: 'simulator', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'simulator', user: {} }],
    contexts: [
      { name: 'simulator', context: { cluster: 'simulator', user: 'simulator', namespace: 'default' } },
    ],
    'current-context': 'simulator',
  };
}

export function kubeconfigText(url: string): string {
  return stringify(kubeconfigOf(url));
}
