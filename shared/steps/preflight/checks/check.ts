import type { Finding, Strategy } from '../../../migration/plan.ts';
import type { Shoot } from '../../../migration/shoot.ts';
import type { Survey } from '../../migrate-routes/survey.ts';
import type { PreflightFacts } from '../gather.ts';
import type { Reason } from '../reasons.ts';

/** The facts, with nodes, instances and routes brought into relation. */
export type Scene = Survey<PreflightFacts>;

/** What a check found; its name is added by the list that it stands in. */
export type Judgement = Omit<Finding, 'check'>;

/** Undefined where there is nothing to look at, which then is another check's finding. Pure. */
export type Check = (scene: Scene) => Judgement | undefined;

export function pass(message: string): Judgement {
  return { severity: 'pass', message };
}

/** The migration goes on; by none of the strategies in `rulesOut`. */
export function warn(
  reason: Reason,
  message: string,
  remedy: string,
  rulesOut?: readonly Strategy[],
): Judgement {
  const finding = { severity: 'warning', reason, message, remedy } as const;
  return rulesOut === undefined ? finding : { ...finding, rulesOut };
}

/** Nothing is touched before a human cleared this away. */
export function block(reason: Reason, message: string, remedy: string): Judgement {
  return { severity: 'block', reason, message, remedy };
}

/** A check of the manifest; one that cannot be understood is the finding of `shoot-is-understood` alone. */
export function ofShoot(judge: (shoot: Shoot, scene: Scene) => Judgement): Check {
  return (scene) => (scene.facts.shoot === undefined ? undefined : judge(scene.facts.shoot, scene));
}
