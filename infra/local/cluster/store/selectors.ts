import type { LabelSelector } from '../kinds/common.ts';
import { at } from '../object/json.ts';
import type { KubernetesObject } from '../object/object.ts';
import { badRequest } from '../rules/errors.ts';

export type Labels = Readonly<Record<string, string>>;
export type LabelPredicate = (labels: Labels) => boolean;
export type ObjectPredicate = (object: KubernetesObject) => boolean;

/** The selector of a workload, Service or budget. An empty one matches everything, as in the API. */
export function matchesSelector(selector: LabelSelector, labels: Labels | undefined): boolean {
  const present = labels ?? {};
  const named = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => present[key] === value);
  return (
    named &&
    (selector.matchExpressions ?? []).every(({ key, operator, values }) =>
      requirement(key, operator.toLowerCase(), values ?? [])(present),
    )
  );
}

/** True when the selector names nothing, which some kinds read as "everything" and others as "nothing". */
export function isEmptySelector(selector: LabelSelector): boolean {
  return Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0;
}

/**
 * Parses the text of a `labelSelector` parameter: `a=b`, `a==b`, `a!=b`, `a in (x,y)`, `a notin (x)`, `a`, `!a`,
 * `a>1`, `a<1`, joined by commas.
 *
 * @throws ApiError 400 naming the requirement that could not be read.
 */
export function parseLabelSelector(text: string): LabelPredicate {
  const requirements = splitOutsideParentheses(text).map(parseRequirement);
  return (labels) => requirements.every((matches) => matches(labels));
}

function splitOutsideParentheses(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function parseRequirement(text: string): LabelPredicate {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text);
  if (set?.[1] !== undefined && set[2] !== undefined) {
    const values = (set[3] ?? '').split(',').map((value) => value.trim());
    return requirement(set[1], set[2], values);
  }
  const comparison = /^([^\s=!<>]+)\s*(==|=|!=|>|<)\s*(\S*)$/.exec(text);
  if (comparison?.[1] !== undefined && comparison[2] !== undefined) {
    return requirement(comparison[1], comparison[2], [comparison[3] ?? '']);
  }
  const existence = /^(!?)\s*([^\s=!<>(),]+)$/.exec(text);
  if (existence?.[2] !== undefined) {
    return requirement(existence[2], existence[1] === '!' ? 'doesnotexist' : 'exists', []);
  }
  throw badRequest(`unable to parse requirement: "${text}" is not a label requirement`);
}

function requirement(key: string, operator: string, values: readonly string[]): LabelPredicate {
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return (labels) => labels[key] !== undefined && values.includes(labels[key]);
    case '!=':
    case 'notin':
      return (labels) => labels[key] === undefined || !values.includes(labels[key]);
    case 'exists':
      return (labels) => labels[key] !== undefined;
    case 'doesnotexist':
      return (labels) => labels[key] === undefined;
    case '>':
      return (labels) => Number(labels[key]) > Number(values[0]);
    case '<':
      return (labels) => Number(labels[key]) < Number(values[0]);
    default:
      throw badRequest(`"${operator}" is not a valid label selector operator`);
  }
}

/**
 * Parses the text of a `fieldSelector` parameter against the fields that the resource allows.
 *
 * @throws ApiError 400 for a field that cannot be selected by, in the server's words.
 */
export function parseFieldSelector(text: string, allowed: readonly string[]): ObjectPredicate {
  const terms = text
    .split(',')
    .filter((term) => term !== '')
    .map((term) => {
      const [, field = '', operator = '', value = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(term) ?? [];
      if (field === '') throw badRequest(`invalid field selector: "${term}"`);
      if (field !== 'metadata.name' && field !== 'metadata.namespace' && !allowed.includes(field)) {
        // Kinds with fields of their own have a converter for them in the real server, and it words this differently.
        throw badRequest(
          allowed.length > 0
            ? `field label not supported: ${field}`
            : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
        );
      }
      return { path: field.split('.'), negated: operator === '!=', value };
    });
  return (object) =>
    terms.every(({ path, negated, value }) => {
      const found = at(object, ...path) ?? '';
      return (String(found) === value) !== negated;
    });
}
