import type { V1LabelSelector } from '@kubernetes/client-node';

/** A selector of an object's spec in the form that list requests take. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: V1LabelSelector): string {
  const equal = Object.entries(matchLabels).map(([label, value]) => `${label}=${value}`);
  const others = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
  });
  return [...equal, ...others].join(',');
}

/** Whether an object with these labels is meant; as in the API, an empty selector means all. */
export function selects(
  { matchLabels = {}, matchExpressions = [] }: V1LabelSelector,
  labels: Readonly<Record<string, string>>,
): boolean {
  const named = Object.entries(matchLabels).every(([label, value]) => labels[label] === value);
  const expressed = matchExpressions.every(({ key, operator, values = [] }) => {
    const value = labels[key];
    const isOne = value !== undefined && values.includes(value);
    if (operator === 'Exists') return value !== undefined;
    if (operator === 'DoesNotExist') return value === undefined;
    return operator === 'In' ? isOne : !isOne;
  });
  return named && expressed;
}
