import type { Breach, BreachName } from './breaches.ts';
import type { DeadLetter } from './deliveries.ts';
import type { ErrorLine } from './error-lines.ts';
import type { Struck } from './fleet.ts';
import type { InstanceEnd } from './instance.ts';
import { judgeShoot } from './judge-shoot.ts';
import type { Observations } from './observations.ts';

/** Resident: the heap that an instance may have, Google's clients, and the compiler that strips types here. */
const MOST_MEMORY_MIB = 640;
/** What an instance says within so long after it was stopped or asked to end is of that: calls that came to nothing. */
const AFTERMATH_MS = 60_000;

/** All that is not as it must be; nothing when the run was good. */
export function judge(observations: Observations): readonly Breach[] {
  const { shoots, struck, ends, errorLines, deadLetters, memory } = observations;
  const breach = (name: BreachName) => (message: string) => ({ breach: name, message });
  return [
    ...shoots.flatMap(judgeShoot),
    ...deadLetters.flatMap(unexplained).map(breach('DeadLetter')),
    ...offTheRecord(observations).map(breach('DeadLetter')),
    ...observations.refusals.map(breach('Refusal')),
    ...ends.flatMap(byItself).map(breach('DiedByItself')),
    ...ends.flatMap(slowDrain).map(breach('SlowDrain')),
    ...errorLines
      .filter((line) => !isAftermath(line, struck))
      .map(({ pid, text }) => ({
        breach: 'ErrorLine' as const,
        message: `process ${pid}: ${text}`,
      })),
    ...(memory.instance > MOST_MEMORY_MIB ? [`an instance had ${memory.instance} MiB resident`] : []).map(
      breach('Memory'),
    ),
    ...observations.leftBehind.map((pid) => `process ${pid} is still there`).map(breach('LeftBehind')),
  ];
}

/** Only instances that were struck, or did not get to an answer because others were, may have cost a message so much. */
function unexplained({ topic, text, failures }: DeadLetter): string[] {
  const byFunction = failures.filter(({ kind }) => kind === 'refused').length;
  if (failures.length > 0 && byFunction === 0) return [];
  const why =
    failures.length === 0
      ? 'none of its deliveries is known'
      : `${byFunction} of ${failures.length} deliveries were refused by a function that lived`;
  return [`a message on ${topic} was given up, ${why}: ${text.slice(0, 200)}`];
}

function offTheRecord({ deadLetters, deadLettersOnRecord }: Observations): string[] {
  const missing = deadLetters.length - deadLettersOnRecord;
  return missing > 0 ? [`${missing} of ${deadLetters.length} dead letters are not on record`] : [];
}

function byItself({ pid, code, signal, asked }: InstanceEnd): string[] {
  if (asked === 'SIGKILL' && (signal === 'SIGKILL' || code === 0)) return [];
  if (asked === 'SIGTERM' && code === 0) return [];
  return [`process ${pid} ended with ${signal ?? `exit code ${code}`}, asked: ${asked ?? 'nothing'}`];
}

function slowDrain({ pid, insisted, tookMs }: InstanceEnd): string[] {
  return insisted ? [`process ${pid} had to be killed ${tookMs} ms after it was asked to end`] : [];
}

function isAftermath({ pid, at }: ErrorLine, struck: readonly Struck[]): boolean {
  return struck.some((stroke) => stroke.pid === pid && at >= stroke.at && at <= stroke.at + AFTERMATH_MS);
}
