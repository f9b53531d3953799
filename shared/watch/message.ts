import type { ShootExcerpt } from '../migration/shoot-excerpt.ts';
import type { ShootDifference } from './comparison.ts';

/** The body of a message on `shoot-changed`; docs/events.md says what each part must hold. */
export interface ShootChangeMessage {
  readonly before: ShootExcerpt;
  readonly after: ShootExcerpt;
  readonly project?: string;
}

/**
 * The Shoot as it is now, and the same with the families that it was last seen with: no more of what was is remembered, and nothing
 * else of `before` counts. The GCP project where the settings name one for the namespace; of nobody else's word is it taken, since
 * the functions' account may change things there.
 */
export function changeMessage(
  { shoot, familiesBefore }: ShootDifference,
  projects: ReadonlyMap<string, string>,
): ShootChangeMessage {
  const after = shoot.excerpt;
  const project = projects.get(shoot.namespace);
  return { before: withFamilies(after, familiesBefore), after, ...(project !== undefined && { project }) };
}

function withFamilies(excerpt: ShootExcerpt, ipFamilies: readonly string[]): ShootExcerpt {
  const spec = mapIn(excerpt.spec);
  return { ...excerpt, spec: { ...spec, networking: { ...mapIn(spec.networking), ipFamilies } } };
}

function mapIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
