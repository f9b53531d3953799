import { readFile } from 'node:fs/promises';
import type { KubernetesObject } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const FOLDER = new URL('../../../infra/kubernetes/', import.meta.url);

const ruleSchema = z.strictObject({
  apiGroups: z.array(z.string()),
  resources: z.array(z.string()),
  resourceNames: z.array(z.string()).optional(),
  verbs: z.array(z.string()),
});
export type Rule = z.output<typeof ruleSchema>;

const clusterRoleSchema = z.looseObject({
  kind: z.literal('ClusterRole'),
  metadata: z.looseObject({ name: z.string() }),
  rules: z.array(ruleSchema),
});
export type ClusterRole = z.output<typeof clusterRoleSchema>;

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().exactOptional() }),
});

/** The objects of a file in `infra/kubernetes/`, in their order: what `kubectl apply -f` would send. */
export async function manifestsIn(file: string): Promise<readonly KubernetesObject[]> {
  const text = await readFile(new URL(file, FOLDER), 'utf8');
  return parseAllDocuments(text).map((document) => objectSchema.parse(document.toJS()));
}

export function clusterRolesAmong(objects: readonly KubernetesObject[]): readonly ClusterRole[] {
  return objects
    .filter(({ kind }) => kind === 'ClusterRole')
    .map((object) => clusterRoleSchema.parse(object));
}
