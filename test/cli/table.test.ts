import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { table } from '../../cli/output/table.ts';
import { duration } from '../../cli/output/text.ts';
import { fleetOfThree } from './fleet-of-three.ts';
import { shootDualstack } from './support.ts';

test('at 80 columns the fleet is a table that no line of is broken', async () => {
  const { connecting } = await fleetOfThree();
  const { out } = await shootDualstack('status', connecting, { columns: 80 });
  expect(out.replaceAll(/ \d+s /g, ' 0s ').split('\n')).toEqual([
    'SHOOT                    PHASE     SINCE  STEP            PROGRESS    WHY',
    'garden-core/shoot-00000  blocked   0s     migrate-routes              NodeNotRe…',
    'garden-core/api          planning  0s     preflight',
    'garden-web/api           waiting   0s     check-nodes     12 of 30 …  NodesRoll…',
    '3 shoots: 1 blocked, 1 planning, 1 waiting',
    '',
  ]);
  expect(
    out
      .split('\n')
      .map((line) => line.length)
      .every((length) => length <= 80),
  ).toBe(true);
});

test.each([
  'status',
  'status garden-core/shoot-00000',
  'nodes garden-core/api',
  'plan garden-core/api',
  'history garden-core/api',
  'rollout show',
  'explain',
])('no line is wider than the terminal, at 80 columns and at 60: %s', async (line) => {
  const { connecting } = await fleetOfThree();
  for (const columns of [80, 60]) {
    const { out } = await shootDualstack(line, connecting, { columns, colours: true });
    const widths = stripVTControlCharacters(out)
      .split('\n')
      .map((each) => [...each].length);
    // Names of steps, reasons and shoots are never cut: what is left of them decides.
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns === 80 ? 80 : 79);
  }
});

test('in a pipe nothing is cut, whatever its length', async () => {
  const { connecting } = await fleetOfThree();
  const { out } = await shootDualstack('status garden-core/shoot-00000', connecting);
  expect(out).toContain(
    'node-1 is not reached, and 100.96.1.0/24 neither, which is a long story for a narrow terminal',
  );
});

test('colours are for terminals that show them, and change no column', async () => {
  const { connecting } = await fleetOfThree();
  const plain = await shootDualstack('status', connecting, { columns: 100 });
  const coloured = await shootDualstack('status', connecting, { columns: 100, colours: true });
  expect(plain.out).not.toContain('\u001b');
  expect(coloured.out).toContain('\u001b[31m');
  expect(stripVTControlCharacters(coloured.out)).toBe(plain.out);
});

test('columns that may give way share what is missing; the others keep every letter', () => {
  const columns = [{ heading: 'NAME' }, { heading: 'A', least: 4 }, { heading: 'B', least: 4 }];
  const rows = [['abcdef', '0123456789', 'x'.repeat(30)]];
  expect(table(columns, rows, 30)).toBe(`NAME    A           B\nabcdef  0123456789  ${'x'.repeat(9)}…\n`);
  expect(table(columns, rows, 22)).toBe('NAME    A       B\nabcdef  01234…  xxxxx…\n');
  expect(table(columns, rows, undefined)).toContain('x'.repeat(30));
});

test.each([
  [0, '0s'],
  [119_000, '119s'],
  [125_000, '2m5s'],
  [3_600_000, '60m'],
  [11_000_000, '3h3m'],
  [200_000_000, '2d7h'],
  [-5, '0s'],
])('%d ms are %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});
