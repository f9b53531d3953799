import fc from 'fast-check';
import { hostileText } from './values.ts';

/** Nine lists, each nine times in the next: a third of a billion lines from some hundred bytes. */
const BILLION_LAUGHS = `a0: &a0 [x]\n${Array.from(
  { length: 9 },
  (_, level) => `a${level + 1}: &a${level + 1} [${Array.from({ length: 9 }, () => `*a${level}`).join(', ')}]`,
).join('\n')}\n`;

/** YAML that a parser may do more with than to read it. */
export const YAML_TRICKS: readonly string[] = [
  BILLION_LAUGHS,
  `${BILLION_LAUGHS}metadata: *a9\nkind: Shoot\nspec: *a9\n`,
  'a: &a [*a]\n',
  '&a a: *a\n',
  'kind: Shoot\nmetadata: &m\n  name: *m\nspec: {}\n',
  'kind: &k Shoot\nmetadata:\n  <<: &b {name: api}\n  <<: *b\n',
  '<<: [1, 2]\nkind: Shoot\n',
  'a: *nobody\n',
  'kind: Shoot\nkind: Shoot\n',
  'kind: Shoot\n---\nkind: Shoot\n',
  '--- \n---\n---\n',
  '%YAML 1.1\n---\nkind: Shoot\nmetadata: !!set {a, b}\nspec: !!omap [a: 1]\n',
  '%YAML 1.1\n---\na: !!binary aGVsbG8=\nb: 2026-02-30\nc: !!timestamp 2026-01-01\n',
  '%YAML 9.9\n---\na: 1\n',
  '!!js/function "function () { return 1 }"\n',
  'a: !!python/object/apply:os.system ["true"]\n',
  'a: !<tag:example.org,2026:x> {b: 1}\n',
  '? [complex, key]\n: 1\n? {a: 1}\n: 2\n',
  '? null\n: 1\n',
  '1: 2\ntrue: 3\n',
  'a: 99999999999999999999999999999999\nb: 0xffffffffffffffffff\nc: .nan\nd: -.inf\ne: 1e999\n',
  '__proto__: {polluted: true}\nkind: Shoot\nmetadata: {__proto__: {polluted: true}}\nspec: {}\n',
  'constructor: {prototype: {polluted: true}}\n',
  '"\\ud800": "\\udc00"\n',
  '\ufeffkind: Shoot\nmetadata: {}\nspec: {}\n',
  'a:\n\tb: 1\n',
  'a: "unterminated\n',
  `${'['.repeat(500)}${']'.repeat(500)}`,
  `${'- '.repeat(300)}x`,
  `${'a: {'.repeat(200)}`,
  'a: |\n  text\n b: 1\n',
  '\u0000',
  'null',
  '[]',
  '"text"',
  '# nothing\n',
];

export const hostileYaml = fc.oneof(
  fc.constantFrom(...YAML_TRICKS),
  fc.tuple(fc.constantFrom(...YAML_TRICKS), fc.constantFrom(...YAML_TRICKS)).map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom(...YAML_TRICKS), fc.nat(400), hostileText)
    .map(([trick, at, text]) => `${trick.slice(0, at)}${text.slice(0, 200)}${trick.slice(at)}`),
);
