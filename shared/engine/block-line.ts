import type { Logger } from 'pino';
import type { Migration } from '../migration/migration.ts';

/** The line that the alert on blocked migrations is built on (`infra/gcp/metrics.tf`). */
export const BLOCKED_LINE = 'migration blocked';

/**
 * One line for a migration that has just come to a block, with what a human must know; none for any other. That it was
 * written is not part of the migration's record: a process that dies before this line leaves the block without it. A warning:
 * an error in the log is one of the program.
 */
export function logBlock(log: Logger, { id, shoot, position, status }: Migration): void {
  if (status.kind !== 'blocked') return;
  const { reason, message, remedy } = status;
  log.warn({ migration: id, shoot: shoot.key, step: position, reason, why: message, remedy }, BLOCKED_LINE);
}
