import { expect, test } from 'vitest';
import { stopIn } from '../../shared/steps/stops/decide.ts';

const IGNORE = 'shoot.gardener.cloud/ignore';
const STOP = 'shoot.gardener.cloud/emergency-stop-reconciliations';
const annotated = (name: string, value: string, name_ = 'api') => ({
  metadata: { name: name_, annotations: { [name]: value } },
});

test.each<[what: string, shoot: unknown, seed: unknown, reason: string | undefined]>([
  ['a Shoot that nobody minds', { metadata: { annotations: { a: 'b' } }, spec: {} }, undefined, undefined],
  ['a Shoot that is ignored', annotated(IGNORE, 'true'), undefined, 'ShootIgnored'],
  ['… in another of Go’s words', annotated(IGNORE, '1'), undefined, 'ShootIgnored'],
  ['… no longer', annotated(IGNORE, 'false'), undefined, undefined],
  ['… with a word that Gardener does not take for true', annotated(IGNORE, 'yes'), undefined, undefined],
  ['a Shoot on a seed that is stopped', { metadata: {} }, annotated(STOP, 'true', 'eu-1'), 'EmergencyStop'],
  ['… that is let go', { metadata: {} }, annotated(STOP, 'false', 'eu-1'), undefined],
  ['… and is ignored, too', annotated(IGNORE, 'true'), annotated(STOP, 'true', 'eu-1'), 'EmergencyStop'],
  ['a Shoot that has the emergency stop itself', annotated(STOP, 'true'), undefined, 'EmergencyStop'],
  [
    'a Shoot that is to sleep',
    { metadata: {}, spec: { hibernation: { enabled: true } } },
    undefined,
    'ShootHibernated',
  ],
  ['a Shoot that still sleeps', { metadata: {}, status: { hibernated: true } }, undefined, 'ShootHibernated'],
  [
    'a Shoot that is awake',
    { metadata: {}, spec: { hibernation: { enabled: false } }, status: { hibernated: false } },
    undefined,
    undefined,
  ],
  ['what is no Shoot', 'Shoot', null, undefined],
  ['annotations that are garbage', { metadata: { annotations: { [IGNORE]: true } } }, undefined, undefined],
])('%s', (_, shoot, seed, reason) => {
  expect(stopIn({ shoot, seed })?.reason).toBe(reason);
});

test('a stop says where it stands and what ends it', () => {
  expect(stopIn({ shoot: {}, seed: annotated(STOP, 'true', 'eu-1') })?.message).toMatch(
    /seed eu-1 .*taken away/,
  );
  expect(stopIn({ shoot: annotated(IGNORE, 't'), seed: undefined })?.message).toMatch(/taken away/);
});
