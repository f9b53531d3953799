import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { toFields } from '../../shared/frozen-json.ts';
import { remembered } from '../../shared/remembered.ts';
import { DocumentNotUnderstood } from '../../shared/store/document-not-understood.ts';
import { documentReader } from '../../shared/store/reader.ts';

const part = z.object({ steps: z.array(z.string()).min(1), why: z.string().default('no reason') });
const schema = z.object({ name: z.string(), plan: remembered(part) });
const path = 'things/one';

describe('a reader of documents', () => {
  test('understands fields that cannot change once, and hands out what nobody can change', () => {
    const read = documentReader(schema);
    const fields = toFields({ name: 'a', plan: { steps: ['one'] } });
    const item = read({ path, fields });
    expect(item).toEqual({ name: 'a', plan: { steps: ['one'], why: 'no reason' } });
    expect(read({ path, fields })).toBe(item);
    expect(Reflect.set(item.plan, 'why', 'spoilt')).toBe(false);
  });

  test('looks again at fields that may have changed', () => {
    const read = documentReader(schema);
    const plan = { steps: ['one'] };
    const fields = { name: 'a', plan };
    expect(read({ path, fields }).plan.steps).toEqual(['one']);
    plan.steps.push('two');
    fields.name = 'b';
    expect(read({ path, fields })).toMatchObject({ name: 'b', plan: { steps: ['one', 'two'] } });
  });

  test('makes of an unchanged part the same object, also when it comes back as it was handed out', () => {
    const read = documentReader(schema);
    const first = read({ path, fields: toFields({ name: 'a', plan: { steps: ['one'] } }) });
    const second = read({ path, fields: toFields({ ...first, name: 'b' }) });
    expect(second.name).toBe('b');
    expect(second.plan).toBe(first.plan);
  });

  test('names document and field of what it does not understand, in a remembered part too', () => {
    const read = documentReader(schema);
    const wrong = () => read({ path, fields: toFields({ name: 'a', plan: { steps: ['one', 2] } }) });
    expect(wrong).toThrow(DocumentNotUnderstood);
    expect(wrong).toThrow(/things\/one[\s\S]*expected string, received number[\s\S]*plan\.steps\[1\]/);
    expect(() => read({ path, fields: toFields({ name: 'a' }) })).toThrow(/plan/);
  });
});
