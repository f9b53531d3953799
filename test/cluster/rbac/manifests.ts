import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { JsonObject } from '../../../infra/local/cluster/object/json.ts';

const FOLDER = new URL('../../../infra/kubernetes/', import.meta.url);

const ruleSchema = z.strictObject({
  apiGroups: z.array(z.string()),
  resources: z.array(z.string()),
  resourceNames: z.array(z.string()).exactOptional(),
  verbs: z.array(z.string()),
});

const clusterRoleSchema = z.object({
  kind: z.literal('ClusterRole'),
  metadata: z.object({ name: z.string() }),
  rules: z.array(ruleSchema),
});
export type ClusterRole = z.output<typeof clusterRoleSchema>;

const bindingSchema = z.object({
  kind: z.enum(['ClusterRoleBinding', 'RoleBinding']),
  metadata: z.object({ name: z.string(), namespace: z.string().exactOptional() }),
  roleRef: z.object({ kind: z.literal('ClusterRole'), name: z.string() }),
});
export type Binding = z.output<typeof bindingSchema>;

/** The objects of a file in `infra/kubernetes/`, in their order: what `kubectl apply -f` would send. */
export async function manifestsIn(file: string): Promise<readonly JsonObject[]> {
  const text = await readFile(new URL(file, FOLDER), 'utf8');
  return parseAllDocuments(text).map((document): JsonObject => document.toJS());
}

export function clusterRolesAmong(objects: readonly JsonObject[]): readonly ClusterRole[] {
  return objects
    .filter(({ kind }) => kind === 'ClusterRole')
    .map((object) => clusterRoleSchema.parse(object));
}

export function bindingsAmong(objects: readonly JsonObject[]): readonly Binding[] {
  return objects
    .filter(({ kind }) => kind === 'ClusterRoleBinding' || kind === 'RoleBinding')
    .map((object) => bindingSchema.parse(object));
}
