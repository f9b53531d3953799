import { z } from 'zod';
import type { Migration, Target } from '../migration/migration.ts';
import type { Scope } from '../store/holds.ts';
import { shootKey } from './nudge.ts';

/** Id of a GCP project, also one of the old kind that belongs to a domain (`example.com:project`). */
export const projectId = z
  .string()
  .regex(/^[a-z0-9.:-]{1,100}$/, 'expected the id of a GCP project, e.g. "shoots-of-core"');

/** A shoot's migration, or all of a scope: those under way, and those that start later. */
export type PauseTarget = { readonly kind: 'shoot'; readonly name: string } | Scope;

/** The body of a message on the topics `pause` and `resume`: what is meant, in exactly one of three ways. */
export const pauseSchema = z
  .strictObject({
    shoot: shootKey.optional(),
    project: projectId.optional(),
    namespace: z
      .string()
      .regex(/^[a-z0-9-]{1,63}$/, 'expected a namespace of the garden, e.g. "garden-core"')
      .optional(),
  })
  .transform(({ shoot, project, namespace }, context): PauseTarget => {
    const named: readonly PauseTarget[] = [
      ...(shoot === undefined ? [] : [{ kind: 'shoot' as const, name: shoot }]),
      ...(project === undefined ? [] : [{ kind: 'project' as const, name: project }]),
      ...(namespace === undefined ? [] : [{ kind: 'namespace' as const, name: namespace }]),
    ];
    const [only] = named;
    if (only !== undefined && named.length === 1) return only;
    context.addIssue({
      code: 'custom',
      message: `expected exactly one of shoot, project and namespace, found ${named.length}`,
    });
    return z.NEVER;
  });

/** The scopes whose holds keep a shoot's migration. */
export function scopesOf(
  shoot: Pick<Migration['shoot'], 'namespace'>,
  target: Pick<Target, 'project'>,
): readonly [project: Scope, namespace: Scope] {
  return [
    { kind: 'project', name: target.project },
    { kind: 'namespace', name: shoot.namespace },
  ];
}
