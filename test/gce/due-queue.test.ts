import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DueQueue } from '../../infra/local/gce/core/due-queue.ts';

it('what is due comes out by its instant, and in the order in which it came where that is the same', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat({ max: 9 }), { nil: undefined })), (steps) => {
      const queue = new DueQueue();
      let expected: { readonly at: number; readonly action: () => void; cancelled: boolean }[] = [];
      // A number is put in, undefined takes one out.
      for (const at of steps) {
        if (at === undefined) {
          expect(queue.takeFirst()).toBe(expected[0]);
          expected = expected.slice(1);
          continue;
        }
        const due = { at, action: () => undefined, cancelled: false };
        queue.add(due);
        expected = [...expected, due].toSorted((one, other) => one.at - other.at);
        expect(queue.first).toBe(expected[0]);
      }
      for (const due of expected) expect(queue.takeFirst()).toBe(due);
      expect(queue.takeFirst()).toBeUndefined();
    }),
  );
});
