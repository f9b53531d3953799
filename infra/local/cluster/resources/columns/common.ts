import type { Json } from '../../object/json.ts';
import type { KubernetesObject } from '../../object/object.ts';
import type { Column } from '../resource.ts';

const NONE = '<none>';

export function column<T extends KubernetesObject>(
  name: string,
  value: (object: T, now: number) => Json | undefined,
  type: Column['type'] = 'string',
): Column<T> {
  return { name, type, wide: false, value: (object, now) => value(object, now) ?? NONE };
}

/** A column that only `-o wide` shows. */
export function wide<T extends KubernetesObject>(
  name: string,
  value: (object: T, now: number) => Json | undefined,
): Column<T> {
  return { ...column(name, value), wide: true };
}

export const nameColumn = column('Name', (object) => object.metadata.name);
export const ageColumn = column('Age', (object, now) =>
  duration(now - Date.parse(object.metadata.creationTimestamp)),
);

export function orNone(values: readonly string[] | undefined, separator = ','): string {
  return values === undefined || values.length === 0 ? NONE : values.join(separator);
}

export function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  return orNone(Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`));
}

/** Milliseconds as kubectl shows an age: two units while they matter, then one. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return twoUnits(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return twoUnits(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  return days < 8 ? twoUnits(days, 'd', hours % 24, 'h') : `${days}d`;
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}
