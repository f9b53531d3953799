import { z } from 'zod';
import { isTrue } from '../../kubernetes/go-bool.ts';
import type { REASONS } from './reasons.ts';

/** What is known of who wants a shoot to be left alone. */
export interface StopFacts {
  /** Manifests as the garden has them. The seed's is undefined where the Shoot is on none, or it is gone. */
  readonly shoot: unknown;
  readonly seed: unknown;
}

export interface Stop {
  readonly reason: Exclude<keyof typeof REASONS, 'ShootReplaced'>;
  readonly message: string;
}

const IGNORE = 'shoot.gardener.cloud/ignore';
const EMERGENCY_STOP = 'shoot.gardener.cloud/emergency-stop-reconciliations';

const annotated = z.object({
  metadata: z.object({
    name: z.string().optional(),
    annotations: z.record(z.string(), z.string()).nullish(),
  }),
});
const hibernating = z.object({
  spec: z.object({ hibernation: z.object({ enabled: z.boolean().nullish() }).nullish() }).nullish(),
  status: z.object({ hibernated: z.boolean().nullish() }).nullish(),
});
const identified = z.object({ metadata: z.object({ uid: z.string().min(1) }) });

/**
 * Why nothing may be changed now; undefined when nobody minds. A Shoot that cannot be understood is for the step itself to
 * complain of. Gardener's operators put the emergency stop on a seed; on a Shoot it is heeded as well.
 */
export function stopIn({ shoot, seed }: StopFacts): Stop | undefined {
  const seedsName = annotated.safeParse(seed).data?.metadata.name ?? 'of the shoot';
  if (isSet(seed, EMERGENCY_STOP)) return emergency(`the seed ${seedsName}`);
  if (isSet(shoot, EMERGENCY_STOP)) return emergency('the Shoot');
  if (isSet(shoot, IGNORE)) {
    const message = `the Shoot has the annotation ${IGNORE}; it goes on when that is taken away`;
    return { reason: 'ShootIgnored', message };
  }
  const { spec, status } = hibernating.safeParse(shoot).data ?? {};
  if (spec?.hibernation?.enabled === true || status?.hibernated === true) {
    const message =
      'the shoot is hibernated or is waking up; wake it (spec.hibernation.enabled) or wait for its schedule';
    return { reason: 'ShootHibernated', message };
  }
  return undefined;
}

/** Undefined where the manifest has none, or is none. */
export function uidOf(shoot: unknown): string | undefined {
  return identified.safeParse(shoot).data?.metadata.uid;
}

function isSet(manifest: unknown, annotation: string): boolean {
  return isTrue(annotated.safeParse(manifest).data?.metadata.annotations?.[annotation]);
}

function emergency(where: string): Stop {
  const message = `${where} has the annotation ${EMERGENCY_STOP}; it goes on when that is taken away`;
  return { reason: 'EmergencyStop', message };
}
