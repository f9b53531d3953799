import type { Container, PodSpec } from '../kinds/pod.ts';
import { isArray, isObject, objectAt, sameJson, stringAt } from '../object/json.ts';
import type { FieldError } from './errors.ts';
import { duplicateValue, requiredValue, valueNotFound } from './errors.ts';

/** What the Pod spec at `path` breaks: its containers need names of their own, images, and the volumes that they mount. */
export function podSpecViolations(spec: PodSpec, path: string): FieldError[] {
  if (spec.containers.length === 0) return [requiredValue(`${path}.containers`)];
  const volumes = new Set(
    isArray(spec.volumes) ? spec.volumes.map((volume) => stringAt(volume, 'name')) : [],
  );
  const names = new Set<string>();
  const inContainers = (containers: readonly Container[], field: string) =>
    containers.flatMap((container, index) => {
      const at = `${path}.${field}[${index}]`;
      const errors: FieldError[] = [];
      if (container.name === '') errors.push(requiredValue(`${at}.name`));
      else if (names.has(container.name)) errors.push(duplicateValue(`${at}.name`, container.name));
      names.add(container.name);
      if ((container.image ?? '') === '') errors.push(requiredValue(`${at}.image`));
      return [...errors, ...mountViolations(container, volumes, at)];
    });
  return [
    ...inContainers(spec.containers, 'containers'),
    ...inContainers(spec.initContainers ?? [], 'initContainers'),
  ];
}

function mountViolations(
  { volumeMounts }: Container,
  volumes: ReadonlySet<string | undefined>,
  at: string,
): FieldError[] {
  if (!isArray(volumeMounts)) return [];
  return volumeMounts.flatMap((mount, index) => {
    const name = stringAt(mount, 'name') ?? '';
    return isObject(mount) && !volumes.has(name)
      ? [valueNotFound(`${at}.volumeMounts[${index}].name`, name)]
      : [];
  });
}

const COUNTED = ['cpu', 'memory'];

/** Which Pods go first when a node is short of something: decided once, from what the containers ask for. */
export function qosClassOf({ containers, initContainers = [] }: PodSpec): string {
  const asked = [...containers, ...initContainers].map(({ resources }) => {
    const limits = objectAt(resources, 'limits');
    return { limits, requests: { ...limits, ...objectAt(resources, 'requests') } };
  });
  if (asked.every(({ requests }) => COUNTED.every((name) => requests[name] === undefined)))
    return 'BestEffort';
  const guaranteed = asked.every(({ limits, requests }) =>
    COUNTED.every((name) => limits[name] !== undefined && sameJson(limits[name], requests[name])),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
