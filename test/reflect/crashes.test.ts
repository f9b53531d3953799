import { describe, expect, test } from 'vitest';
import type { Call } from '../support/interception.ts';
import { type Death, mortalProcess } from '../support/mortal-process.ts';
import { type ReflectWorld, reflectWorld } from './world.ts';

async function newsToTell(): Promise<ReflectWorld> {
  const world = await reflectWorld({ writesConstraints: true });
  await world.tick();
  await world.stands({ paused: true, constraints: [] });
  return world;
}

async function callsOfATick(): Promise<readonly Call[]> {
  const world = await newsToTell();
  const calls: Call[] = [];
  await world.tick(
    world.instance((call) => {
      calls.push(call);
      return undefined;
    }),
  );
  return calls;
}

const CALLS = await callsOfATick();

describe.each<Death>(['before', 'after'])('an instance that dies %s', (when) => {
  test.each(CALLS.map(({ port, method, target }, index) => [`${port} ${method} ${target}`, index]))(
    '%s (%i) leaves all to be said, and does not take its own hand for somebody else’s',
    async (_, index) => {
      const world = await newsToTell();
      let call = -1;
      const process = mortalProcess(() => {
        call += 1;
        return call === index ? when : undefined;
      });
      world.tick(world.instance(process.intercept)).catch(() => undefined);
      await world.clock.until(process.died);
      // By the next look there is other news, so that what was written is not what is wanted.
      await world.stands({ paused: true, constraints: [], position: 'check-nodes' });
      await world.tick();
      expect(await world.said()).toEqual({ migration: world.id, state: 'paused', step: 'check-nodes' });
      expect(await world.constraints()).toHaveLength(1);
      expect(await world.setbacks()).toEqual({ annotations: 0, constraints: 0 });
    },
  );
});
