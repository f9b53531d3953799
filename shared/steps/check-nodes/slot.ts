import type { Decision } from '../../migration/outcome.ts';
import { slotFor } from '../../migration/window-slot.ts';
import type { NodeAction } from './actions.ts';
import { inWords } from './in-words.ts';
import { LOOK_AT_OWNER_SECONDS, type NodeScene, wait } from './scene.ts';

/**
 * The wait for a place in the maintenance window, or undefined when what takes so many seconds may begin now. The engine begins
 * steps inside the window but finishes begun ones outside, so a rollout has to look for itself. Not when an operator asks.
 */
export function awaitSlot(scene: NodeScene, seconds: number, what: string): Decision<NodeAction> | undefined {
  if (scene.byOperator) return undefined;
  const slot = slotFor(scene.window, scene.now, seconds);
  if (slot.kind === 'begin') return undefined;
  const opening = new Date(scene.now + slot.opensIn * 1000).toISOString().slice(0, 16);
  const next = `the next maintenance window opens at ${opening}Z`;
  // Looked at in between, too: the owner may want it otherwise.
  const soon = Math.max(1, Math.min(slot.opensIn, LOOK_AT_OWNER_SECONDS));
  switch (slot.kind) {
    case 'closed':
      return wait(scene, 'OutsideMaintenanceWindow', soon, next);
    case 'no longer fits': {
      const figures = `${what} takes some ${inWords(seconds)}, and the window’s rest is ${inWords(slot.rest)}`;
      return wait(scene, 'RestOfWindowTooShort', soon, `${figures}; ${next}`);
    }
    case 'fits none': {
      const figures = `${what} takes some ${inWords(seconds)}, and the whole window is ${inWords(slot.window)}`;
      return wait(scene, 'LongerThanWindow', soon, `${figures}; it begins with the next one: ${next}`);
    }
  }
}
