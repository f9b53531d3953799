import { z } from 'zod';
import type { Migration, Target } from '../migration/migration.ts';
import { ALL, type Scope } from '../store/holds.ts';
import { shootKey } from './nudge.ts';

/** Id of a GCP project, also one of the old kind that belongs to a domain (`example.com:project`). */
export const projectId = z
  .string()
  .regex(/^[a-z0-9.:-]{1,100}$/, 'expected the id of a GCP project, e.g. "shoots-of-core"');

/** A shoot's migration, or all of a scope: those under way, and those that start later. */
export type PauseTarget = { readonly kind: 'shoot'; readonly name: string } | Scope;

const targetFields = {
  shoot: shootKey.optional(),
  project: projectId.optional(),
  namespace: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/, 'expected a namespace of the garden, e.g. "garden-core"')
    .optional(),
  all: z.literal(true, 'expected true, or nothing').optional(),
};
const targetSchema = z.strictObject(targetFields);

/** The body of a message on the topic `pause`: what is meant, in exactly one of four ways. */
export const pauseSchema = targetSchema.transform(
  (body, context): PauseTarget => targetIn(body, context) ?? z.NEVER,
);

/** What a message on the topic `resume` asks for. */
export interface Resumption {
  readonly target: PauseTarget;
  /** How many go on each minute; undefined: all at once, or as the rollout’s policy says. */
  readonly perMinute?: number | undefined;
}

const MOST_PER_MINUTE = 1_000;
const PACE = `expected a whole number from 1 to ${MOST_PER_MINUTE}`;

/** The body of a message on the topic `resume`: the same, and for everything how many each minute. */
export const resumeSchema = z
  .strictObject({
    ...targetFields,
    perMinute: z.int(PACE).min(1, PACE).max(MOST_PER_MINUTE, PACE).optional(),
  })
  .transform(({ perMinute, ...body }, context): Resumption => {
    const target = targetIn(body, context);
    if (target === undefined) return z.NEVER;
    if (perMinute === undefined || target.kind === 'all') return { target, perMinute };
    context.addIssue({ code: 'custom', path: ['perMinute'], message: 'expected only beside "all": true' });
    return z.NEVER;
  });

/** The one thing that is meant. Undefined with an issue where it is none, or several. */
function targetIn(
  { shoot, project, namespace, all }: z.output<typeof targetSchema>,
  context: z.RefinementCtx,
): PauseTarget | undefined {
  const named: readonly PauseTarget[] = [
    ...(shoot === undefined ? [] : [{ kind: 'shoot' as const, name: shoot }]),
    ...(project === undefined ? [] : [{ kind: 'project' as const, name: project }]),
    ...(namespace === undefined ? [] : [{ kind: 'namespace' as const, name: namespace }]),
    ...(all === undefined ? [] : [ALL]),
  ];
  const [only] = named;
  if (only !== undefined && named.length === 1) return only;
  context.addIssue({
    code: 'custom',
    message: `expected exactly one of shoot, project, namespace and all, found ${named.length}`,
  });
  return undefined;
}

/** The scopes whose holds keep a shoot's migration. */
export function scopesOf(
  shoot: Pick<Migration['shoot'], 'namespace'>,
  target: Pick<Target, 'project'>,
): readonly Scope[] {
  return [ALL, { kind: 'project', name: target.project }, { kind: 'namespace', name: shoot.namespace }];
}
