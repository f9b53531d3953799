import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { newCli } from '../../cli/cli.ts';
import { ACCESS_NAMES, contextsSchema } from '../../cli/context/schema.ts';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { program } from '../../cli/program.ts';
import { SETTING_NAMES } from '../../shared/runtime/settings.ts';
import { terminalWith } from './support.ts';

const DOCS = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');

test('the documented exit codes are those that there are', () => {
  const [, table = ''] = DOCS.split('## Exit codes');
  const rows = [...table.matchAll(/^\| (\d+) \| ([a-z ]+) \|/gm)].map(([, code, name]) => [
    name,
    Number(code),
  ]);
  const named = Object.entries(EXIT_CODES).map(([name, code]) => [
    name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
    code,
  ]);
  expect(rows).toEqual(named);
});

test('each command is documented, and the example of a file is one', () => {
  for (const { name } of program(newCli(terminalWith())).commands.map((each) => ({ name: each.name() }))) {
    expect(DOCS, name).toContain(`\`${name}`);
  }
  const [, example = ''] = /```yaml\n(.*?)```/s.exec(DOCS) ?? [];
  expect(contextsSchema.parse(parse(example))).toMatchObject({ current: 'production' });
});

test('access is said by the names of the functions’ own settings', () => {
  expect(ACCESS_NAMES.filter((name) => !SETTING_NAMES.includes(name))).toEqual([]);
});
