import { z } from 'zod';
import { projectId } from '../engine/pause-target.ts';

/** Which namespaces of the garden are watched, and in which GCP projects the Shoots of each live. */
export interface WatchedNamespaces {
  readonly namespaces: readonly string[] | 'all';
  readonly projects: ReadonlyMap<string, string>;
}

const namespace = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);

/**
 * `garden-core, garden-web=web-shoots`: namespaces separated by commas, each perhaps with the GCP project of its Shoots, which
 * otherwise is the functions' own. With `*` among them all are watched, and the others only say where their Shoots live.
 */
export const watchedNamespaces = z.string().transform((text, context): WatchedNamespaces => {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const projects = new Map<string, string>();
  const names: string[] = [];
  for (const entry of entries) {
    const [name = '', project, ...rest] = entry.split('=');
    const understood =
      (name === '*' ? project === undefined : namespace.safeParse(name).success) &&
      (project === undefined || projectId.safeParse(project).success) &&
      rest.length === 0;
    if (!understood || names.includes(name)) {
      context.addIssue({
        code: 'custom',
        message: `${JSON.stringify(entry.slice(0, 100))}: expected a namespace, namespace=gcp-project or *, each once`,
      });
      return z.NEVER;
    }
    names.push(name);
    if (project !== undefined) projects.set(name, project);
  }
  return { namespaces: names.includes('*') || names.length === 0 ? 'all' : names, projects };
});
