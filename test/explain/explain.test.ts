import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXPLANATIONS, explain, sentenceOf } from '../../shared/explain/index.ts';

const SHARED = join(import.meta.dirname, '..', '..', 'shared');

const sources = readdirSync(SHARED, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.startsWith('audit/'))
  .map((file) => ({ file, text: readFileSync(join(SHARED, file), 'utf8') }));

/** Reasons as the code gives them: in outcomes, errors, refusals, and where a constant is tied to its list. */
const USES: readonly RegExp[] = [
  /\breason: '([A-Z][A-Za-z0-9]+)'/g,
  /'([A-Z][A-Za-z0-9]+)' satisfies (?:Reason|AbortReason|AccessReason|StopReason|keyof typeof)/g,
  /\bnew (?:TerminalError|AbortRefused|BadMessage|NoAccess|GardenTrouble)\(\s*'([A-Z][A-Za-z0-9]+)'/g,
  /\b(?:blocked|waiting|wait|refuse|notFollowed|stop|turnedDown)\((?:[a-z]\w*, ){0,2}\s*'([A-Z][A-Za-z0-9]+)'/g,
];

test('every reason that the code gives is explained', () => {
  const used = new Map<string, string>();
  for (const { file, text } of sources) {
    for (const use of USES) for (const [, name = ''] of text.matchAll(use)) used.set(name, file);
  }
  expect(used.size).toBeGreaterThan(80);
  const missing = [...used].filter(([name]) => explain(name).length === 0);
  expect(missing).toEqual([]);
});

test('every list of reasons in the code is part of the explanations', () => {
  const missing = sources.flatMap(({ file, text }) =>
    [...text.matchAll(/export const ([A-Z_]*(?:REASONS|TROUBLES)) = \{([\s\S]*?)\n\} as const/g)].flatMap(
      ([, list, body = '']) =>
        [...body.matchAll(/^ {2}([A-Z][A-Za-z0-9]+):/gm)].flatMap(([, name = '']) =>
          explain(name).length > 0 ? [] : [`${file} ${list} ${name}`],
        ),
    ),
  );
  expect(missing).toEqual([]);
});

test('a reason of several steps has the sentence of the step that is asked about', () => {
  const sentences = new Set(explain('NodesSubnetAlreadyDualStack').map(({ sentence }) => sentence));
  expect(sentences.size).toBe(2);
  expect(sentenceOf('NodesSubnetAlreadyDualStack', 'migrate-routes')).toMatch(/while pod routes exist/);
  expect(sentenceOf('NodesSubnetAlreadyDualStack', 'preflight')).not.toMatch(/while pod routes exist/);
  expect(sentenceOf('NoSuchReason')).toBeUndefined();
});

test('every explanation is a sentence, and every remedy says what to do', () => {
  for (const { name, sentence, whatToDo } of EXPLANATIONS) {
    expect(sentence, name).toMatch(/^[A-Z0-9a-z].{10,}[.]$/);
    if (whatToDo !== undefined) expect(whatToDo, name).toMatch(/^[A-Z].{10,}[.]$/);
  }
});
