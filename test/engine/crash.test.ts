import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Call } from '../support/interception.ts';
import type { Death } from '../support/mortal-process.ts';
import { migrateToy, type ToyMigration, type ToyMigrationOptions } from '../support/toy-migration.ts';
import { expectLedBack, expectMigratedOnce } from '../support/toy-oracle.ts';

// Pauses between attempts are spread at random; here every run shall make the same calls.
beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});

test('undisturbed, a migration comes to its end with each effect once', async () => {
  const toy = await migrateToy();
  expectMigratedOnce(toy, 'undisturbed');
  // Of every kind of call there is one at which a process can die below.
  const kinds = new Set(toy.calls.map(({ port, method }) => `${port} ${method}`));
  expect([...kinds].sort()).toEqual([
    'bus publish',
    'documents commit',
    'documents get',
    'documents list',
    'world look',
    'world put',
  ]);
});

const anyCall = () => true;
/** What a process has read only it knows: to die after a read is to die before it. */
const effect = ({ method }: Call) => ['commit', 'publish', 'put'].includes(method);

/*
 * The world is the same before one call as after the effect before it. So each of these goes through every state in
 * which a process can die; one lets the message be lost with the process, so that only the tick can help.
 */
describe.each([
  { death: 'before' as const, redelivery: false, where: anyCall, atLeast: 150 },
  { death: 'after' as const, redelivery: true, where: effect, atLeast: 60 },
])('a process that dies $death a call, its message redelivered: $redelivery', ({ atLeast, ...fate }) => {
  test('leaves a migration that ends as if nothing had been, whichever call it was', async () => {
    let deaths = 0;
    for (let fatal = 1; ; fatal += 1) {
      const { toy, victim } = await dyingAt(fatal, fate);
      if (victim === undefined) break;
      deaths += 1;
      expectMigratedOnce(toy, `died ${fate.death} call ${fatal}: ${victim.method} ${victim.target}`);
    }
    expect(deaths).toBeGreaterThan(atLeast);
  });
});

describe.each([
  { where: 'in the middle of an act', abort: { after: 'route 1: deleted', seconds: 0 } },
  { where: 'while a step waits', abort: { after: 'roll: asked for', seconds: 100 } },
])('a migration that is aborted $where', ({ abort }) => {
  test.each([
    { death: 'before' as const, redelivery: false, where: anyCall },
    { death: 'after' as const, redelivery: true, where: effect },
  ])('is led back, whichever call a process dies $death', async (fate) => {
    let deaths = 0;
    for (let fatal = 1; ; fatal += 1) {
      const { toy, victim } = await dyingAt(fatal, fate, { abort });
      if (victim === undefined) break;
      deaths += 1;
      expectLedBack(toy, `died ${fate.death} call ${fatal}: ${victim.method} ${victim.target}`);
    }
    expect(deaths).toBeGreaterThan(30);
  });
});

async function dyingAt(
  fatal: number,
  fate: { death: Death; redelivery: boolean; where: (call: Call) => boolean },
  options: ToyMigrationOptions = {},
): Promise<{ toy: ToyMigration; victim: Call | undefined }> {
  let calls = 0;
  let victim: Call | undefined;
  const toy = await migrateToy({
    ...options,
    redelivery: fate.redelivery,
    fate: (call) => {
      if (!fate.where(call)) return undefined;
      calls += 1;
      if (calls !== fatal) return undefined;
      victim = call;
      return fate.death;
    },
  });
  return { toy, victim };
}
