import { expect, test } from 'vitest';
import { readSettings } from '../../shared/runtime/settings.ts';

const LEAST = { GOOGLE_CLOUD_PROJECT: 'example-project' };
const watched = (text: string) => readSettings({ ...LEAST, WATCH_NAMESPACES: text }).WATCH_NAMESPACES;

test.each<
  [text: string, namespaces: readonly string[] | 'all', projects: readonly (readonly [string, string])[]]
>([
  ['', 'all', []],
  [' ', 'all', []],
  ['*', 'all', []],
  ['garden-core', ['garden-core'], []],
  ['garden-core, garden-web=web-shoots,', ['garden-core', 'garden-web'], [['garden-web', 'web-shoots']]],
  ['*,garden-web=example.com:web', 'all', [['garden-web', 'example.com:web']]],
])('WATCH_NAMESPACES=%j', (text, namespaces, projects) => {
  expect(watched(text)).toEqual({ namespaces, projects: new Map(projects) });
});

test.each(['Garden', 'garden-core=', '*=p', 'a=b=c', 'a,a', '=p', '../etc', 'a=B'])(
  'WATCH_NAMESPACES=%j is refused by its entry',
  (text) => {
    expect(() => watched(text)).toThrow(/WATCH_NAMESPACES: .*expected a namespace/);
  },
);

test('constraints are written into the status only when that is said in so many words', () => {
  const garden = { GARDEN_KUBECONFIG: '/etc/garden/kubeconfig' };
  const allowed = (text: string) => readSettings({ ...LEAST, ...garden, WRITE_STATUS_CONSTRAINTS: text });
  expect(allowed('true').WRITE_STATUS_CONSTRAINTS).toBe(true);
  expect(allowed('false').WRITE_STATUS_CONSTRAINTS).toBe(false);
  expect(() => allowed('yes')).toThrow(/WRITE_STATUS_CONSTRAINTS/);
});

test('constraints are written only where a garden is named', () => {
  const settings = { ...LEAST, WRITE_STATUS_CONSTRAINTS: 'true' };
  expect(() => readSettings(settings)).toThrow(/WRITE_STATUS_CONSTRAINTS: .*GARDEN_URL/);
});
