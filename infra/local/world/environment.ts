import { z } from 'zod';
import type { TimeScale } from '../clock.ts';

/** What the world tells a functions process beside the variables that the functions know themselves. */
export const worldEnvironmentSchema = z.object({
  /** Where the functions listen. */
  PORT: z.coerce.number().int().min(0).max(65_535),
  /** The world's time: origin, wall origin and speed, separated by commas. */
  WORLD_TIME: z.string().transform((text, context): TimeScale => {
    const [origin, wallOrigin, speed] = text.split(',').map(Number);
    if (origin === undefined || wallOrigin === undefined || speed === undefined || !(speed > 0)) {
      context.addIssue({ code: 'custom', message: 'expected "origin,wallOrigin,speed"' });
      return z.NEVER;
    }
    return { origin, wallOrigin, speed };
  }),
  /** Where the page is served, beside the functions themselves; absent: nowhere. */
  WORLD_PAGE_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  /** Whether the garden's Shoots are watched, as `watch-shoots` does in a deployment. */
  WORLD_WATCHES_GARDEN: z.literal('true').optional(),
  /** Where the world's data plane can be asked. */
  WORLD_REACHABILITY: z.url(),
});

export function formatTimeScale({ origin, wallOrigin, speed }: TimeScale): string {
  return [origin, wallOrigin, speed].join(',');
}
