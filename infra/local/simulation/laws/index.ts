import type { InProcessWorld } from '../../in-process/index.ts';
import type { Case } from '../case.ts';
import { agentsRollWithinBounds } from './agents.ts';
import { everyNodeIsCarried } from './carried.ts';
import { constraintsTellTheTruth } from './constraints.ts';
import { deletionsAreSafe } from './deletions.ts';
import { coreDnsRestartsOnce, kubeDnsIsSwitchedToWhatAnswers, kubeDnsKeepsItsAddress } from './dns.ts';
import { foreignIsLeftAlone } from './foreign.ts';
import { forwardOrStill } from './forward.ts';
import { oneHolder } from './holder.ts';
import { fencesOnlyGrow } from './leases.ts';
import { noDeadLetters, nothingIsLost } from './messages.ts';
import { progressAddsUp } from './progress.ts';
import { historyOnlyGrows, recordsStay } from './records.ts';
import { runsEndInTime } from './runs.ts';
import type { LawWatcher } from './scene.ts';
import { trafficArrives } from './traffic.ts';
import { nothingIsUndone } from './undone.ts';
import { type LawWatch, watchWith } from './watch.ts';

export { withForeignResources } from './foreign-resources.ts';
export { LAWS, type LawName } from './law.ts';
export type { LawWatch } from './watch.ts';

/** The list is the documentation: what each demands stands in `law.ts`. */
const WATCHERS: readonly LawWatcher[] = [
  trafficArrives,
  everyNodeIsCarried,
  deletionsAreSafe,
  foreignIsLeftAlone,
  forwardOrStill,
  nothingIsUndone,
  oneHolder,
  fencesOnlyGrow,
  kubeDnsKeepsItsAddress,
  kubeDnsIsSwitchedToWhatAnswers,
  coreDnsRestartsOnce,
  constraintsTellTheTruth,
  agentsRollWithinBounds,
  recordsStay,
  historyOnlyGrows,
  nothingIsLost,
  noDeadLetters,
  runsEndInTime,
  progressAddsUp,
];

/** Checks every law of the design from now on, at whatever happens in the world. To be called before the shoot is changed. */
export function watchLaws(world: InProcessWorld, theCase: Case): LawWatch {
  return watchWith(world, theCase, WATCHERS);
}
