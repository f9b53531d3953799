import { z } from 'zod';
import { refusalOf } from '../migration/admission.ts';
import { CONSTRAINT_TYPES } from '../migration/constraints.ts';
import { InvalidShoot, parseShoot } from '../migration/shoot.ts';
import type { ShootExcerpt } from '../migration/shoot-excerpt.ts';

/** A Shoot as far as its changes matter for a migration. */
export interface WatchedShoot {
  readonly uid: string;
  readonly namespace: string;
  /** As stated; `['IPv4']` where nothing is (Gardener's default). */
  readonly families: readonly string[];
  /** Why a migration of it would not be begun, as far as the manifest tells; undefined when nothing stands in the way. */
  readonly obstacle: string | undefined;
  /** It asks for both families, and its status says that it does not have them yet. */
  readonly unfinished: boolean;
  readonly excerpt: ShootExcerpt;
}

/** A manifest that intake would refuse as a whole; the refusal on record names the fields. */
export const NOT_UNDERSTOOD = 'NotUnderstood';

const schema = z.object({
  metadata: z.object({
    uid: z.string().min(1).max(128),
    namespace: z.string(),
    deletionTimestamp: z.string().nullish(),
  }),
  spec: z.object({
    provider: z.object({ type: z.literal('gcp') }),
    networking: z.object({ ipFamilies: z.array(z.string().max(20)).max(4).nullish() }).nullish(),
  }),
  status: z
    .object({
      networking: z.object({ pods: z.array(z.string()).nullish() }).nullish(),
      constraints: z.array(z.object({ type: z.string() })).nullish(),
    })
    .nullish()
    .catch(undefined),
});

/**
 * Undefined for a Shoot that is none of this product's business: of another provider, on its way out, or none at all. What is
 * missing beyond that is for intake to name; a cluster without workers, for one, has no networking.
 */
export function watchedShoot(excerpt: ShootExcerpt): WatchedShoot | undefined {
  const parsed = schema.safeParse(excerpt);
  if (!parsed.success) return undefined;
  const { metadata, spec, status } = parsed.data;
  if (metadata.deletionTimestamp != null) return undefined;
  const stated = spec.networking?.ipFamilies ?? [];
  const families = stated.length === 0 ? ['IPv4'] : stated;
  return {
    uid: metadata.uid,
    namespace: metadata.namespace,
    families,
    obstacle: obstacleIn(excerpt),
    unfinished: asksForDualStack(families) && isUnfinished(status ?? undefined),
    excerpt,
  };
}

export function asksForDualStack(families: readonly string[]): boolean {
  return families.join() === 'IPv4,IPv6';
}

function obstacleIn(excerpt: ShootExcerpt): string | undefined {
  try {
    return refusalOf(parseShoot(excerpt))?.reason;
  } catch (error) {
    if (error instanceof InvalidShoot) return NOT_UNDERSTOOD;
    throw error;
  }
}

/**
 * Whether a Shoot that asks for both families was asked to *become* dual-stack, and did not yet.
 *
 * Gardener adds either constraint only where the Network shows fewer families than are asked for, so never to a cluster that was
 * created with both, and takes it away at the end (gardener-core-flow.md §2). With `confineSpecUpdateRollout` there is none until
 * the next maintenance (§8); but then `status.networking.pods`, which every reconciliation writes anew from the infrastructure
 * (§1.6), has an IPv4 range alone. While a cluster is being created it has none, and is nobody's to migrate.
 */
function isUnfinished(status: z.output<typeof schema>['status']): boolean {
  const constrained = status?.constraints?.some(({ type }) => CONSTRAINT_TYPES.some((each) => each === type));
  if (constrained === true) return true;
  const pods = status?.networking?.pods ?? [];
  return pods.length > 0 && pods.every((range) => !range.includes(':'));
}
