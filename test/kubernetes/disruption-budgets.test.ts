import { expect, it } from 'vitest';
import { startWorld } from './world.ts';

function budget(name: string, labels: Readonly<Record<string, string>>) {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace: 'kube-system' },
    spec: { minAvailable: '100%', selector: { matchLabels: labels } },
  };
}

it('budgets of all namespaces show how many evictions they allow and how many pods they count', async () => {
  const budgets = [budget('strict', { 'k8s-app': 'kube-dns' }), budget('idle', { app: 'none' })];
  const { cluster } = await startWorld({ nodes: 3, objects: (objects) => [...objects, ...budgets] });
  const listed = await cluster.disruptionBudgets();
  expect([...listed].sort((a, b) => (a.key < b.key ? -1 : 1))).toEqual([
    { key: 'kube-system/idle', allowed: 0, pods: 0 },
    { key: 'kube-system/strict', allowed: 0, pods: 2 },
    { key: 'shop/web', allowed: 1, pods: 3 },
  ]);
});
