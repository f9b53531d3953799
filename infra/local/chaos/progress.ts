import logUpdate from 'log-update';
import type { Migration } from '../../../shared/migration/migration.ts';
import type { DeliveryFigures } from './deliveries.ts';
import type { Struck } from './fleet.ts';
import { strokesByKind } from './report.ts';

/** What a run shows while it goes on. */
export interface ChaosView {
  say(line: string): void;
  saw(migration: Migration): void;
  show(moment: { readonly struck: readonly Struck[]; readonly deliveries: DeliveryFigures }): void;
  end(): void;
}

/** Nothing but lines that somebody should know of. */
export function plainView(write: (text: string) => void): ChaosView {
  return { say: (line) => write(`${line}\n`), saw: () => {}, show: () => {}, end: () => {} };
}

/** The same, and a picture that is drawn anew: where each migration stands, and the strokes so far. */
export function terminalView(): ChaosView {
  const migrations = new Map<string, Migration>();
  return {
    say: (line) => {
      logUpdate.clear();
      process.stdout.write(`${line}\n`);
    },
    saw: (migration) => {
      migrations.set(migration.shoot.key, migration);
    },
    show: ({ struck, deliveries }) => {
      const open = [...migrations.values()].filter(({ active }) => active);
      logUpdate(
        [
          '',
          ...open.map(
            ({ shoot, plan, position, status }) =>
              `  ${shoot.key.padEnd(24)} ${plan.strategy.padEnd(9)} ${position.padEnd(20)} ${status.kind}`,
          ),
          '',
          `  ${migrations.size - open.length} ended, ${strokesByKind(struck)}, ${deliveries.deliveries} deliveries`,
        ].join('\n'),
      );
    },
    end: () => logUpdate.done(),
  };
}
