import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frozen, isFrozenJson, toFields } from '../../shared/frozen-json.ts';

/** What JSON itself makes of it. */
const roundTrip = (value: object): unknown => JSON.parse(JSON.stringify(value));

function isFrozenThrough(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozenThrough);
}

describe('the fields of a document', () => {
  test('are what JSON makes of a value, whatever is in it', () => {
    const anything = fc.dictionary(
      fc.string(),
      fc.anything({ withDate: true, withSparseArray: true, withBoxedValues: true, withMap: true }),
    );
    fc.assert(
      fc.property(anything, (value) => {
        expect(toFields(value)).toEqual(roundTrip(value));
      }),
    );
  });

  test('have no undefined, no -0 and no NaN, and dates as texts', () => {
    const value = { gone: undefined, zero: -0, none: Number.NaN, list: [undefined], at: new Date(0) };
    const fields = { zero: 0, none: null, list: [null], at: '1970-01-01T00:00:00.000Z' };
    expect(toFields(value)).toStrictEqual(fields);
  });

  test('keep a field called __proto__ as a field', () => {
    const fields = toFields(JSON.parse('{"a":{"__proto__":{"polluted":1}}}'));
    expect(JSON.stringify(fields)).toBe('{"a":{"__proto__":{"polluted":1}}}');
    expect(Reflect.get(Object(fields.a), 'polluted')).toBeUndefined();
  });

  test('cannot be changed, and do not change with what they were made of', () => {
    const value = { map: { list: [{ a: 1 }] } };
    const fields = toFields(value);
    for (const item of value.map.list) item.a = 2;
    expect(fields).toEqual({ map: { list: [{ a: 1 }] } });
    expect(isFrozenThrough(fields)).toBe(true);
  });

  test('share the parts that nobody can change any more', () => {
    const before = toFields({ plan: { steps: ['one'] }, marks: {} });
    const after = toFields({ ...before, marks: { set: 'yes' } });
    expect(after.plan).toBe(before.plan);
    expect(after.marks).toEqual({ set: 'yes' });
  });
});

describe('what was frozen in place', () => {
  test('counts as JSON only if it is JSON to the bottom', () => {
    expect(isFrozenJson(frozen({ a: [1, 'two', null, { b: true }] }))).toBe(true);
    expect(isFrozenJson(frozen({ a: { b: undefined } }))).toBe(false);
    expect(isFrozenJson(frozen({ a: [-0] }))).toBe(false);
    expect(isFrozenJson(frozen({ at: new Date(0) }))).toBe(false);
    expect(isFrozenJson(Object.freeze({ a: 1 }))).toBe(false);
  });
});
