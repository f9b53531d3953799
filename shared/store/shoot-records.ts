import { z } from 'zod';
import type { Timestamp } from '../clock.ts';
import { migrationId } from '../migration/migration.ts';
import { documentReader } from './reader.ts';

/** The document `shoots/{uid}`: what was last seen of a shoot, and whether a migration of it is under way. */
const shootRecordSchema = z.object({
  key: z.string(),
  uid: z.string(),
  families: z.array(z.enum(['IPv4', 'IPv6'])),
  /** Migrations ever started; the next one's number is one more. */
  migrations: z.number().int(),
  activeMigration: migrationId.optional(),
  updatedAt: z.iso.datetime().transform((text) => text as Timestamp),
});

export type ShootRecord = z.infer<typeof shootRecordSchema>;

export const readShootRecord = documentReader(shootRecordSchema);

export function shootPath(uid: string): string {
  return `shoots/${uid}`;
}
