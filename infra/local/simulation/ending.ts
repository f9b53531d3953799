import { TERMINAL_REASONS } from '../../../shared/engine/terminal.ts';
import type { Migration } from '../../../shared/migration/migration.ts';
import { ABORT_REASONS } from '../../../shared/steps/abort/reasons.ts';
import { REASONS as CHECK_NODES } from '../../../shared/steps/check-nodes/reasons.ts';
import { REASONS as CONFIGURE_CNI } from '../../../shared/steps/configure-cni/reasons.ts';
import { REASONS as ENABLE_IPV6_SUBNETS } from '../../../shared/steps/enable-ipv6-subnets/reasons.ts';
import { REASONS as MIGRATE_ROUTES } from '../../../shared/steps/migrate-routes/reasons.ts';
import { REASONS as PREFLIGHT } from '../../../shared/steps/preflight/reasons.ts';
import { REASONS as RESTART_COREDNS } from '../../../shared/steps/restart-coredns/reasons.ts';
import { REASONS as SWITCH_KUBE_DNS } from '../../../shared/steps/switch-kube-dns/reasons.ts';
import { hasEnded, standing } from '../in-process/migration-watch.ts';
import type { Verdict } from './verdict.ts';

const DOCUMENTED: Readonly<Record<string, string>> = {
  ...TERMINAL_REASONS,
  ...PREFLIGHT,
  ...ENABLE_IPV6_SUBNETS,
  ...MIGRATE_ROUTES,
  ...CHECK_NODES,
  ...CONFIGURE_CNI,
  ...RESTART_COREDNS,
  ...SWITCH_KUBE_DNS,
  ...ABORT_REASONS,
};

/** What the migration came to. */
export function endingOf(migration: Migration | undefined): Verdict['ending'] {
  if (!hasEnded(migration)) return 'stuck';
  switch (migration?.status.kind) {
    case 'succeeded':
      return 'succeeded';
    case 'aborted':
      return 'led back';
    default:
      return 'blocked';
  }
}

/** What is wrong with how it ended, in words: not at all, or in a block that nobody can look up. */
export function badEnding(migration: Migration | undefined, ending: Verdict['ending']): string | undefined {
  if (ending === 'stuck') return `it neither ended nor is blocked: ${standing(migration)}`;
  if (migration?.status.kind !== 'blocked') return undefined;
  const { reason, remedy } = migration.status;
  if (!Object.hasOwn(DOCUMENTED, reason)) return `no sentence documents the reason: ${standing(migration)}`;
  return remedy === '' ? `nobody is told what to do: ${standing(migration)}` : undefined;
}
