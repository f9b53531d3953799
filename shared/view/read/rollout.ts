import { DocumentNotUnderstood } from '../../store/document-not-understood.ts';
import type { Documents } from '../../store/documents.ts';
import { everyHold, type Hold } from '../../store/holds.ts';
import { keptRollout, type Rollout } from '../../store/rollout.ts';
import type { Unreadable } from '../fleet.ts';

/** What governs the fleet as a whole; what cannot be read is told of. */
export interface Steering {
  readonly rollout: Rollout | 'damaged' | undefined;
  readonly holds: readonly Hold[];
  readonly unreadable: readonly Unreadable[];
}

/** Two reads of the store, and one for each hold beyond the first. @throws StoreUnavailable */
export async function readSteering(documents: Documents): Promise<Steering> {
  const unreadable: Unreadable[] = [];
  const tell = (id: string, { message }: DocumentNotUnderstood) =>
    void unreadable.push({ id, trouble: message });
  const [rollout, holds] = await Promise.all([readRollout(documents, tell), everyHold(documents, tell)]);
  return { rollout, holds: holds.map(({ hold }) => hold), unreadable };
}

async function readRollout(
  documents: Documents,
  tell: (id: string, error: DocumentNotUnderstood) => void,
): Promise<Rollout | 'damaged' | undefined> {
  try {
    return (await keptRollout(documents))?.rollout;
  } catch (error) {
    if (!(error instanceof DocumentNotUnderstood)) throw error;
    tell('rollout', error);
    return 'damaged';
  }
}
