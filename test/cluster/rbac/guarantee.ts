import { expect } from 'vitest';
import type { ClusterWorld } from '../world/index.ts';
import { described, type Right, unneededOf } from './rights.ts';

const FORBIDDEN = 403;

/**
 * Fails when the functions were refused anything, and when they could have done without one of the rights that this run is to
 * judge: a verb taken out of a role, and one too many in it, are both seen. By the API server's own audit log.
 */
export async function expectJustTheRights(
  world: ClusterWorld,
  isJudged: (right: Right) => boolean,
): Promise<void> {
  const requests = (await world.controlPlane.audit()).filter(({ user }) => world.users.includes(user));
  expect(requests.filter(({ code }) => code === FORBIDDEN)).toEqual([]);
  expect(world.rights.some(isJudged)).toBe(true);
  expect(unneededOf(world.rights, requests).filter(isJudged).map(described)).toEqual([]);
}
