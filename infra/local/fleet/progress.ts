import logUpdate from 'log-update';
import { FORWARD_STEPS } from '../../../shared/migration/steps.ts';
import type { Fleet } from './fleet.ts';
import { standingsOf } from './standings.ts';

/** What a run shows while it goes on. */
export interface FleetView {
  say(line: string): void;
  /** Looked at several times a second of the wall. */
  show(fleet: Fleet): void;
  end(): void;
}

/** Between two lines, in milliseconds of the wall. */
const LINE_EVERY_MS = 10_000;

/** A line now and then; `now` is the wall's. */
export function plainView(write: (text: string) => void, now: () => number): FleetView {
  let last = now();
  return {
    say: (line) => write(`${line}\n`),
    show: (fleet) => {
      if (now() - last < LINE_EVERY_MS) return;
      last = now();
      write(`${standingLine(fleet)}\n`);
    },
    end: () => {},
  };
}

/** A summary that is drawn anew. */
export function terminalView(): FleetView {
  return {
    say: (line) => {
      logUpdate.clear();
      process.stdout.write(`${line}\n`);
    },
    show: (fleet) => logUpdate([standingLine(fleet), ...stepLines(fleet)].join('\n')),
    end: () => logUpdate.clear(),
  };
}

function standingLine(fleet: Fleet): string {
  const standings = Object.entries(standingsOf(fleet)).filter(([, count]) => count > 0);
  const time = new Date(fleet.clock.now()).toISOString().slice(11, 16);
  return `${time}  ${standings.map(([standing, count]) => `${count} ${standing}`).join(', ')}`;
}

function stepLines({ census }: Fleet): string[] {
  const counts = new Map<string, number>();
  for (const { active, position } of census.migrations()) {
    if (active) counts.set(position, (counts.get(position) ?? 0) + 1);
  }
  return ['', ...FORWARD_STEPS.map((step) => `  ${step.padEnd(22)}${counts.get(step) ?? ''}`)];
}
