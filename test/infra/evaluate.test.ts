import { expect, test } from 'vitest';
import { evaluate, type Scope } from '../../infra/gcp/check/configuration/evaluate.ts';
import { Unknown, type Value } from '../../infra/gcp/check/configuration/value.ts';

const LOCALS: Readonly<Record<string, Value>> = {
  sizes: { step: { memory: '1Gi' } },
  names: ['a', 'b'],
  flags: { a: { on: true }, b: { on: false } },
};
const scope: Scope = {
  local: async (name) => LOCALS[name] ?? null,
  bound: { each: { key: 'pause-it', value: { size: 'step', on: false } } },
};

const known: readonly (readonly [expression: string, value: Value])[] = [
  ['text', 'text'],
  [`\${each.key}`, 'pause-it'],
  [`sd-\${each.key}!`, 'sd-pause-it!'],
  [`$\${each.key}`, `\${each.key}`],
  [`\${local.sizes[each.value.size].memory}`, '1Gi'],
  [`\${local.sizes["step"].memory}`, '1Gi'],
  [`\${each.key == "pause-it" ? [] : ["x"]}`, []],
  [`\${each.value.on || each.key != "other"}`, true],
  [`\${!each.value.on}`, true],
  [`\${[for name in local.names : "p-\${name}" if name != "a"]}`, ['p-b']],
  [`\${{ for name, flag in local.flags : name => flag.on if flag.on }}`, { a: true }],
  [`\${merge({ A = "1" }, each.value.on ? { B = "2" } : {}, { "c-d" = 3 })}`, { A: '1', 'c-d': 3 }],
  [`\${concat(local.names, [each.key])}`, ['a', 'b', 'pause-it']],
  [`\${contains(keys(local.flags), "b")}`, true],
];

test.each(known)('%s is known before a plan', async (expression, value) => {
  expect(await evaluate(expression, scope)).toEqual(value);
});

const unknown: readonly (readonly [expression: string, text: string])[] = [
  [`\${var.project}`, 'var.project'],
  [
    `\${google_service_account.function[each.key].member}`,
    'google_service_account.function["pause-it"].member',
  ],
  [`\${google_x.y[0].uri}`, 'google_x.y[0].uri'],
  [`\${var.url == null ? "a" : "b"}`, 'var.url == null ? "a" : "b"'],
  [`\${tostring(var.seconds)}`, 'tostring(var.seconds)'],
  [`\${var.open ? google_x.y[each.key] : "none"}`, 'var.open ? google_x.y["pause-it"] : "none"'],
];

test.each(unknown)('%s is left to the plan, with what is known put in', async (expression, text) => {
  expect(await evaluate(expression, scope)).toEqual(new Unknown(text));
});

test('what a plan may leave out is counted as there: a variable that may be set is one that is set', async () => {
  const expression = `\${{ for name, value in { A = var.a, B = null } : name => value if value != null }}`;
  expect(await evaluate(expression, scope)).toEqual({ A: new Unknown('var.a') });
});
