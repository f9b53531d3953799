import type { Timestamp } from '../clock.ts';
import { EXPIRES_AT } from './documents.ts';

/**
 * Collections whose documents go by themselves, and how many days after they were written: as long as somebody may look into
 * what was refused, or into who took an ended migration's last word off its Shoot.
 *
 * Nothing else ever does, however old. Migrations, their routes and their history are how to go back, and the audit trail, as are
 * `acts`: who held or let go a whole namespace stands nowhere else;
 * `shoots` counts a shoot's migrations, so that no number comes twice; a standstill that was asked for (`holds`) ends when
 * somebody says so. `watched`, `watch` and `fleet` are written over and do not grow.
 */
export const KEPT_DAYS = { refusals: 90, reflections: 90 } as const;

const DAY_MS = 24 * 3_600_000;

/** The field by which a document of the collection, written `at` this moment, goes by itself. */
export function expiry(
  collection: keyof typeof KEPT_DAYS,
  at: Timestamp,
): Readonly<Record<typeof EXPIRES_AT, Timestamp>> {
  const instant = Date.parse(at) + KEPT_DAYS[collection] * DAY_MS;
  return { [EXPIRES_AT]: new Date(instant).toISOString() as Timestamp };
}
