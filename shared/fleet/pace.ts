import type { Engine } from '../engine/engine.ts';
import { DocumentNotUnderstood } from '../store/document-not-understood.ts';
import { keptRollout } from '../store/rollout.ts';

/** How many go on each minute where the resumption of everything does not say; undefined: all at once. @throws StoreUnavailable */
export async function paceOfPolicy({ documents }: Pick<Engine, 'documents'>): Promise<number | undefined> {
  try {
    const kept = await keptRollout(documents);
    return kept?.rollout.state.kind === 'off' ? undefined : kept?.rollout.policy.resumePerMinute;
  } catch (error) {
    if (error instanceof DocumentNotUnderstood) return undefined;
    throw error;
  }
}
