import { hasEnded, standing } from '../../../infra/local/in-process/migration-watch.ts';
import type { Migration } from '../../../shared/migration/migration.ts';
import { eventually } from './eventually.ts';
import type { Functions } from './functions.ts';

/** To wait for what becomes of the migration. Errors say how it stands and what was tried again last. */
export interface Following {
  /**
   * Resolves when the condition holds; `ended`: the migration succeeded, was led back, or is blocked.
   *
   * @throws Error after `patienceMs` of the wall.
   */
  runUntil(
    condition: 'ended' | ((migration: Migration | undefined) => boolean),
    patienceMs?: number,
  ): Promise<Migration>;
  /** Resolves when the migration succeeded. @throws Error when it ended otherwise, or did not end. */
  untilSucceeded(): Promise<void>;
}

const PATIENCE_MS = 480_000;
const REPORTS_SHOWN = 20;

export function following(functions: Functions, reports: readonly string[]): Following {
  const howItStands = () =>
    [standing(functions.migration), 'reported last:', ...reports.slice(-REPORTS_SHOWN)].join('\n');

  const runUntil: Following['runUntil'] = async (condition, patienceMs = PATIENCE_MS) => {
    const holds = condition === 'ended' ? hasEnded : condition;
    try {
      await eventually('the condition holds', () => holds(functions.migration), patienceMs);
    } catch (cause) {
      throw new Error(howItStands(), { cause });
    }
    if (functions.migration === undefined) throw new Error('there is no migration');
    return functions.migration;
  };

  return {
    runUntil,
    untilSucceeded: async () => {
      const { status } = await runUntil('ended');
      if (status.kind !== 'succeeded') throw new Error(howItStands());
    },
  };
}
