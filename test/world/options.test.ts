import { expect, test } from 'vitest';
import { startOptions } from '../../infra/local/options.ts';
import { localShoot } from '../../infra/local/world/shoot-file.ts';
import { NETWORK_PLUGINS } from '../../shared/migration/network-plugins.ts';
import { refusal } from '../support/refusal.ts';

test.each(NETWORK_PLUGINS)('the example shoot has the network plugin that is asked for: %s', (name) => {
  const { networkPlugin } = startOptions(['--network-plugin', name]);
  expect(localShoot(undefined, 3, networkPlugin).shoot).toMatchObject({ networkType: name, overlay: 'off' });
});

test('the example shoot has Calico when nothing is asked for', () => {
  const { networkPlugin } = startOptions([]);
  expect(localShoot(undefined, 3, networkPlugin).shoot.networkType).toBe('calico');
});

test('a network plugin that is not known is refused with those that are', () => {
  expect(refusal(startOptions, ['--network-plugin', 'weave']).said).toMatch(
    /Allowed choices are calico, cilium/,
  );
});

test('a manifest says its network plugin itself', () => {
  expect(refusal(startOptions, ['--network-plugin', 'cilium', '--shoot', 'shoot.yaml']).said).toMatch(
    /cannot be used with option '--shoot/,
  );
});
