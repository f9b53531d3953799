import type { Campaign, Scope } from './campaigns/campaign.ts';
import type { Judge } from './judge.ts';

/**
 * Tries what the campaign hands out, so many trials at once, until it has no more or the signal aborts. Trials that are
 * under way then are not waited for.
 */
export async function runCampaign(
  name: string,
  campaign: Campaign,
  scope: Scope,
  surroundings: { readonly judge: Pick<Judge, 'try'>; readonly atOnce: number; readonly signal: AbortSignal },
): Promise<void> {
  const { judge, atOnce, signal } = surroundings;
  const trials = campaign.trials(scope, (theCase) =>
    judge.try(name, { case: theCase, sameEnd: theCase.faults.length > 0 }),
  );
  const next = async (): Promise<void> => {
    for (;;) {
      if (signal.aborted) return;
      const { value: trial, done } = await trials.next();
      if (done === true || trial === undefined || signal.aborted) return;
      await judge.try(name, trial);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, next));
}
