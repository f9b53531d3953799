/** A count, or a percentage as the Shoot writes it: `25%`. */
export type Share = number | string;

/** How a machine deployment may exceed and fall short of its replicas while it rolls. */
export interface RollingUpdate {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/**
 * A pool has one machine deployment for each zone, and they all roll at the same time: Gardener spreads the
 * pool's surge over them. One left with neither surge nor leave to fall short may fall short by one, else it
 * could never roll.
 */
export function rollingUpdateOfZone(
  pool: { readonly maxSurge: Share; readonly maxUnavailable: Share },
  zone: { readonly index: number; readonly of: number; readonly replicas: number },
): RollingUpdate {
  const maxSurge = shareOfZone(pool.maxSurge, zone, Math.ceil);
  const maxUnavailable = shareOfZone(pool.maxUnavailable, zone, Math.floor);
  return { maxSurge, maxUnavailable: maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable };
}

function shareOfZone(
  share: Share,
  { index, of, replicas }: { readonly index: number; readonly of: number; readonly replicas: number },
  rounded: (value: number) => number,
): number {
  if (typeof share === 'string') return rounded((Number.parseFloat(share) * replicas) / 100);
  return Math.floor(share / of) + (index < share % of ? 1 : 0);
}

export interface MachineCounts {
  readonly available: number;
  readonly unavailable: number;
}

/**
 * What a machine deployment does next: machines to create, and outdated ones to remove. Machines being
 * removed count no more, so that the next one is created while the last is still drained.
 */
export function nextRollingStep(
  { maxSurge, maxUnavailable }: RollingUpdate,
  replicas: number,
  outdated: MachineCounts,
  current: MachineCounts,
): { readonly create: number; readonly remove: number } {
  const old = outdated.available + outdated.unavailable;
  const young = current.available + current.unavailable;
  const room = replicas + (old > 0 ? maxSurge : 0) - old - young;
  const create = Math.max(0, Math.min(room, replicas - young));
  // Outdated machines that are not available serve nobody: they go first, as far as all others are there.
  const spare = old + young - (replicas - maxUnavailable) - current.unavailable;
  const unhealthy = Math.max(0, Math.min(outdated.unavailable, spare));
  const beyondNeed = outdated.available + current.available - (replicas - maxUnavailable);
  const healthy = Math.max(0, Math.min(outdated.available, beyondNeed));
  return { create, remove: Math.min(old, unhealthy + healthy) };
}
