import type { Case } from './case.ts';
import { nameOf } from './faults/which.ts';
import { runCase } from './run-case.ts';
import type { Survey } from './trial.ts';

/** Runs a case and lists what there was in it that something could befall. @throws as `runCase` does. */
export async function surveyCase(theCase: Case): Promise<Survey> {
  const calls: string[] = [];
  const messages: string[] = [];
  const verdict = await runCase(theCase, {
    call: (call) => calls.push(nameOf(call)),
    message: (topic) => messages.push(topic),
  });
  return { verdict, calls, messages };
}
