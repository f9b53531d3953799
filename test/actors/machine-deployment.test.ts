import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Machine } from '../../infra/local/actors/machines/machine.ts';
import { newMachine } from '../../infra/local/actors/machines/machine.ts';
import { MachineDeployment } from '../../infra/local/actors/machines/machine-deployment.ts';

const deployment = () => new MachineDeployment('worker/europe-west1-b', 'worker', 'europe-west1-b');
const machine = (name: string): Machine => {
  return newMachine({ name, pool: 'worker', zone: 'europe-west1-b', createdAt: 0 });
};

/** Machines that the deployment has taken, in this order. */
function taken(into: MachineDeployment, ...names: readonly string[]): readonly Machine[] {
  return names.map((name) => {
    const one = machine(name);
    into.take(one);
    return one;
  });
}

const change = fc.oneof(
  fc.record({ phase: fc.constantFrom('ordered', 'present', 'leaving') }),
  fc.record({ outdated: fc.boolean() }),
  fc.record({ available: fc.boolean() }),
  fc.constant('take' as const),
  fc.constant('release' as const),
);
const history = fc.array(fc.tuple(fc.nat({ max: 4 }), change), { maxLength: 60 });

describe('a machine deployment', () => {
  it('counts at any time as if it had counted its machines anew', () => {
    fc.assert(
      fc.property(history, (changes) => {
        const counted = deployment();
        const known = ['a', 'b', 'c', 'd', 'e'].map(machine);
        const members = new Set<Machine>();
        for (const [index, what] of changes) {
          const one = known[index] ?? machine('none');
          if (what === 'take') {
            counted.take(one);
            members.add(one);
          } else if (what === 'release') {
            counted.release(one);
            members.delete(one);
          } else counted.change(one, what);
        }
        const replicas = [...members].filter(({ phase }) => phase !== 'leaving');
        const count = (outdated: boolean, available: boolean) => {
          return replicas.filter((one) => one.outdated === outdated && one.available === available).length;
        };
        expect(counted.outdated).toEqual({ available: count(true, true), unavailable: count(true, false) });
        expect(counted.current).toEqual({ available: count(false, true), unavailable: count(false, false) });
        expect(counted.size).toBe(members.size);
        expect(counted.isSettled).toBe(
          [...members].every((one) => one.phase === 'present' && one.available && !one.outdated),
        );
      }),
    );
  });

  it('sends the outdated machines away that serve nobody first, then the oldest, and none twice', () => {
    const rolling = deployment();
    const [first, second, third, fourth] = taken(rolling, 'first', 'second', 'third', 'fourth', 'fifth');
    for (const one of [third, second, fourth, first]) {
      if (one !== undefined) rolling.change(one, { phase: 'present', outdated: true, available: true });
    }
    if (third !== undefined) rolling.change(third, { available: false });
    if (first !== undefined) rolling.change(first, { phase: 'leaving' });
    const names = (count: number) => rolling.nextToLeave(count).map(({ name }) => name);
    expect(names(2)).toEqual(['third', 'second']);
    expect(names(9)).toEqual(['third', 'second', 'fourth']);
    expect(names(0)).toEqual([]);
  });

  it('is replacing a failed machine until that is gone', () => {
    const failing = deployment();
    const [broken = machine('none')] = taken(failing, 'broken', 'whole');
    expect(failing.isReplacingFailed).toBe(false);
    broken.failed = true;
    failing.change(broken, { phase: 'leaving' });
    expect(failing.isReplacingFailed).toBe(true);
    failing.release(broken);
    expect(failing.isReplacingFailed).toBe(false);
  });
});
