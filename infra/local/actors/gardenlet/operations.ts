export const OPERATION_ANNOTATION = 'gardener.cloud/operation';
/** Several operations in one annotation (gardener-core-flow.md §8). */
const SEPARATOR = ';';
const ROLLOUT = 'rollout-workers=';

export type Operation =
  | { readonly kind: 'reconcile'; readonly text: string }
  | { readonly kind: 'rollout-workers'; readonly text: string; readonly pools: readonly string[] | 'all' };

/**
 * The first operation in the annotation that gardenlet carries out; the others are other controllers'
 * (`maintain`, say).
 */
export function nextOperation(annotation: string | undefined): Operation | undefined {
  for (const text of entriesOf(annotation)) {
    if (text === 'reconcile') return { kind: 'reconcile', text };
    if (!text.startsWith(ROLLOUT)) continue;
    const pools = text.slice(ROLLOUT.length).split(',');
    return { kind: 'rollout-workers', text, pools: pools[0] === '*' ? 'all' : pools };
  }
  return undefined;
}

/** The annotation without the operation; null, which deletes it in a merge patch, when none is left. */
export function withoutOperation(annotation: string | undefined, operation: string): string | null {
  const rest = entriesOf(annotation).filter((entry) => entry !== operation);
  return rest.length === 0 ? null : rest.join(SEPARATOR);
}

function entriesOf(annotation: string | undefined): string[] {
  return (annotation ?? '')
    .split(SEPARATOR)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
