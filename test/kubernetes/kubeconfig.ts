/** A kubeconfig for a server on plain HTTP, which the client takes only when certificates are not to be checked. */
export function kubeconfigFor(url: string): string {
  return JSON.stringify({
    clusters: [{ name: 'local', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'nobody', user: {} }],
    contexts: [{ name: 'local', context: { cluster: 'local', user: 'nobody' } }],
    'current-context': 'local',
  });
}
