import { disagreement } from './holder.ts';
import type { LawWatcher } from './scene.ts';
import { instantAt, isMigration, numberAt, textAt } from './stored.ts';

type Written = NonNullable<ReturnType<LawWatcher>['written']>;

/** The fence in the document; who acts under which one is another law. */
export const fencesOnlyGrow: LawWatcher = ({ theCase, now, broken }) => {
  const beganAt = now();
  const written: Written = ({ path, before, after }) => {
    if (!isMigration(path) || after === undefined) return;
    const law = 'fences only grow';
    const [was, is] = [numberAt(before, 'fence') ?? 0, numberAt(after, 'fence') ?? 0];
    if (is < was) broken(law, `the fence went from ${was} back to ${is}`);
    const held = numberAt(after, 'lease', 'fence');
    if (held !== undefined && held !== is) broken(law, `the lease says fence ${held}, the migration ${is}`);
    const [holder, next] = [textAt(before, 'lease', 'holder'), textAt(after, 'lease', 'holder')];
    if (next !== '' && holder !== next && is === was) {
      broken(law, `the holder became ${next} instead of ${holder || 'nobody'} and the fence stayed ${is}`);
    }
    const left = (instantAt(before, 'lease', 'expiresAt') ?? 0) - now();
    const apart = 1_000 * disagreement(theCase.faults, (now() - beganAt) / 1_000);
    if (next !== '' && holder !== '' && holder !== next && left > apart) {
      broken(law, `${next} took the lease from ${holder}, which had ${left / 1_000} s left`);
    }
  };
  return { written };
};
