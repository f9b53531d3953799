import type { Case } from '../case.ts';
import type { Verdict } from '../verdict.ts';
import type { Fault, FaultKind } from './fault.ts';

type Ending = Verdict['ending'];

/** An ending beside success that a kind of fault may rightly lead to, and why. */
interface Excuse {
  readonly ending: Exclude<Ending, 'succeeded' | 'stuck'>;
  /** Of a block: for these reasons only; any when left out. */
  readonly reasons?: readonly string[];
  readonly because: string;
}

/**
 * The kinds after which something else than success may be right. Everything that is not listed passes by itself: then a
 * migration that does not succeed is at fault.
 */
export const EXCUSES: { readonly [Kind in FaultKind]?: readonly Excuse[] } = {
  aborted: [{ ending: 'led back', because: 'an operator asked for the way back' }],
  'foreign alias': [
    { ending: 'blocked', because: 'only a human can say whether another alias may stay beside the pod CIDR' },
  ],
  'alias taken off': [
    {
      ending: 'blocked',
      because: 'a node that is not reached once its route went gets it back, and somebody has to look',
    },
  ],
  'alias comes first': [
    {
      ending: 'blocked',
      reasons: ['ForeignAlias'],
      because: 'only a human can say whether another alias may stand before the pod CIDR',
    },
  ],
  'foreign range': [
    { ending: 'blocked', because: 'a second secondary range may be what new nodes take their pod CIDR from' },
  ],
  'foreign route': [
    {
      ending: 'blocked',
      because: 'a route into the pods range that is not of the cluster must not be touched',
    },
  ],
  'cloud-controller-manager set back': [
    {
      ending: 'blocked',
      because: 'routes that come back after their deletion show that somebody works against it',
    },
  ],
  'route controller alive': [
    {
      ending: 'blocked',
      because: 'routes that come back after their deletion show that somebody works against it',
    },
  ],
  'vm added': [
    {
      ending: 'blocked',
      because:
        'a VM made while only the range is there can be given a pod CIDR that a node has: PodCidrTaken names it',
    },
  ],
  'vm replaced': [{ ending: 'blocked', because: 'its successor is an added VM' }],
  'vm deleted': [{ ending: 'blocked', because: 'its successor is an added VM' }],
  'operation fails': [
    {
      ending: 'blocked',
      because: 'an operation that failed for a reason that no repetition mends is a refusal',
    },
  ],
};

/** Refusals that no repetition mends: somebody has to raise a quota or grant a right. */
const FINAL_REFUSALS: readonly string[] = ['quotaExceeded', 'forbidden', 'Forbidden'];

/** How a case may rightly end: success, and what its faults excuse. Never stuck. */
export function endingsAllowed({ faults }: Pick<Case, 'faults'>): readonly Ending[] {
  const excused = faults.flatMap((fault) => excusesOf(fault).map(({ ending }) => ending));
  return [...new Set<Ending>(['succeeded', ...excused])];
}

/** Whether a case may rightly end so, with this reason where it is blocked. */
export function mayEnd(
  { faults }: Pick<Case, 'faults'>,
  ending: Ending,
  reason: string | undefined,
): boolean {
  if (ending === 'succeeded') return true;
  return faults
    .flatMap(excusesOf)
    .some((excuse) => excuse.ending === ending && (excuse.reasons?.includes(reason ?? '') ?? true));
}

function excusesOf(fault: Fault): readonly Excuse[] {
  if (fault.kind === 'operation hangs' && fault.seconds === undefined) {
    return [{ ending: 'blocked', because: 'an operation that never ends cannot be waited for' }];
  }
  if (fault.kind === 'refusal' && FINAL_REFUSALS.includes(fault.reason)) {
    return [{ ending: 'blocked', because: 'a right or a quota is missing' }];
  }
  if (fault.kind === 'operation fails' && fault.reason === 'INTERNAL_ERROR') return [];
  return EXCUSES[fault.kind] ?? [];
}
