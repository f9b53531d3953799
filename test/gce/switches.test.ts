import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseSwitch, SWITCHES, switchPositions } from '../../infra/local/gce/index.ts';

/** Without the blanks that align its tables. */
const readme = readFileSync(new URL('../../infra/local/gce/README.md', import.meta.url), 'utf8').replace(
  / +/g,
  ' ',
);

describe('switches', () => {
  it.each(Object.entries(SWITCHES))('%s stands in the README as in the code', (name, entry) => {
    const positions =
      'values' in entry
        ? entry.values.map((value, index) => (index === 0 ? `**${value}**` : value)).join(', ')
        : `**${entry.value}** ms`;
    expect(readme).toContain(`| \`${name}\` | ${positions} | ${entry.about} |`);
  });

  it('are at their defaults unless given, and refuse what they cannot be', () => {
    expect(switchPositions({ noOpPatch: '304' })).toMatchObject({ noOpPatch: '304', hybridFallback: 'on' });
    expect(parseSwitch('ipv6PrefixDelayMs=500')).toEqual({ ipv6PrefixDelayMs: 500 });
    expect(() => parseSwitch('hybridFallback')).toThrow('expected name=value');
    expect(() => parseSwitch('hybridFallback=maybe')).toThrow('expected on or off');
    expect(() => parseSwitch('ipv6PrefixDelayMs=-1')).toThrow('expected a number of milliseconds');
  });
});
