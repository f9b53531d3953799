import { stringify } from 'yaml';
import type { KeyPair } from './certificates.ts';

/** A kubeconfig for an API server on loopback. `authority` is PEM. */
export function kubeconfigWithCertificate(port: number, authority: string, client: KeyPair): string {
  return kubeconfig(port, authority, {
    'client-certificate-data': base64(client.certificate),
    'client-key-data': base64(client.key),
  });
}

export function kubeconfigWithToken(port: number, authority: string, token: string): string {
  return kubeconfig(port, authority, { token });
}

function kubeconfig(port: number, authority: string, user: Readonly<Record<string, string>>): string {
  const cluster = {
    server: `https://127.0.0.1:${port}`,
    'certificate-authority-data': base64(authority),
  };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'test', user }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace: 'default' } }],
    'current-context': 'test',
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
