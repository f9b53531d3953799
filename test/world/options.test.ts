import { expect, onTestFinished, test, vi } from 'vitest';
import { CommandLineEnd, startOptions } from '../../infra/local/options.ts';
import { localShoot } from '../../infra/local/world/shoot-file.ts';
import { NETWORK_PLUGINS } from '../../shared/migration/network-plugins.ts';

/** What the command line says of arguments that it does not take. */
function refusal(args: readonly string[]): string {
  const said: string[] = [];
  const written = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  onTestFinished(() => written.mockRestore());
  expect(() => startOptions(args)).toThrow(CommandLineEnd);
  return said.join('');
}

test.each(NETWORK_PLUGINS)('the example shoot has the network plugin that is asked for: %s', (name) => {
  const { networkPlugin } = startOptions(['--network-plugin', name]);
  expect(localShoot(undefined, 3, networkPlugin).shoot).toMatchObject({ networkType: name, overlay: 'off' });
});

test('the example shoot has Calico when nothing is asked for', () => {
  const { networkPlugin } = startOptions([]);
  expect(localShoot(undefined, 3, networkPlugin).shoot.networkType).toBe('calico');
});

test('a network plugin that is not known is refused with those that are', () => {
  expect(refusal(['--network-plugin', 'weave'])).toMatch(/Allowed choices are calico, cilium/);
});

test('a manifest says its network plugin itself', () => {
  expect(refusal(['--network-plugin', 'cilium', '--shoot', 'shoot.yaml'])).toMatch(
    /cannot be used with option '--shoot/,
  );
});
