import { Resolver } from 'node:dns/promises';
import type { LookUp, NameAnswer } from '../names.ts';

/** Answers that say that there are no such records; everything else says nothing about them. */
const NONE = new Set(['ENODATA', 'ENOTFOUND']);

const TIMEOUT_MS = 3_000;
const TRIES = 2;

/** Asks the resolvers of this machine, or the given ones (`10.0.0.53`, `[::1]:5353`). */
export function systemLookUp(servers?: readonly string[]): LookUp {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);

  async function has(records: Promise<readonly string[]>): Promise<boolean> {
    try {
      return (await records).length > 0;
    } catch (error) {
      const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
      if (typeof code === 'string' && NONE.has(code)) return false;
      throw error;
    }
  }

  return async (name): Promise<NameAnswer> => {
    try {
      const [ipv4, ipv6] = await Promise.all([has(resolver.resolve4(name)), has(resolver.resolve6(name))]);
      return { kind: 'answered', ipv4, ipv6 };
    } catch (error) {
      return { kind: 'no answer', why: error instanceof Error ? error.message : String(error) };
    }
  };
}
