import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeScenario } from '../../infra/local/example/compute-scenario.ts';
import { exampleCluster } from '../../infra/local/example/nodes.ts';
import { AddressBook } from '../../infra/local/gce/core/address-book.ts';
import { addressText, ipv4Block, overlaps } from '../../infra/local/gce/core/addresses.ts';
import { PrefixTable } from '../../infra/local/gce/data-plane/prefix-table.ts';
import { computeInProcess, seededRandom, spanOf } from '../../infra/local/gce/index.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { AT_ONCE, exampleProject } from './project.ts';

const range = { start: 0, end: 4_095, prefix: 20 };
const block = fc.tuple(fc.integer({ min: 20, max: 28 }), fc.nat(4_095)).map(([prefix, at]) => {
  const size = 2 ** (32 - prefix);
  const start = Math.floor(at / size) * size;
  return { prefix, start, end: start + size - 1 };
});

describe('the choice of a free block', () => {
  it('is aligned, inside the range, and overlaps nothing that is held or reserved', () => {
    fc.assert(
      fc.property(
        fc.array(block, { maxLength: 30 }),
        fc.array(block, { maxLength: 5 }),
        fc.integer({ min: 20, max: 28 }),
        (wanted, reserved, prefix) => {
          const book = new AddressBook();
          for (const [index, one] of wanted.entries()) {
            if (book.overlapping(one).length === 0) book.hold({ ...one, owner: String(index) });
          }
          const found = book.firstFree(range, prefix, reserved);
          if (found === undefined) return;
          expect(found.start % 2 ** (32 - prefix)).toBe(0);
          expect(found.start >= range.start && found.end <= range.end).toBe(true);
          expect(book.overlapping(found)).toEqual([]);
          expect(reserved.some((one) => overlaps(one, found))).toBe(false);
        },
      ),
    );
  });

  it('finds a block whenever there is one', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 12 }), fc.integer({ min: 21, max: 26 }), (held, prefix) => {
        const book = new AddressBook();
        for (const one of held) if (book.overlapping(one).length === 0) book.hold({ ...one, owner: 'x' });
        const size = 2 ** (32 - prefix);
        const starts = Array.from({ length: 4_096 / size }, (_, index) => index * size);
        const free = starts.find((start) => book.overlapping({ start, end: start + size - 1 }).length === 0);
        expect(book.firstFree(range, prefix)?.start).toBe(free);
      }),
    );
  });
});

describe('the table of prefixes', () => {
  it('finds what contains an address, longest first, and what lies inside a block', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 40 }), fc.nat(4_095), block, (blocks, address, outer) => {
        const table = new PrefixTable<number>();
        for (const [index, one] of blocks.entries()) table.add(one, index);
        const key = (one: { start: number; prefix: number }) => `${one.start}/${one.prefix}`;
        const distinct = [...new Map(blocks.map((one) => [key(one), one])).values()];
        const containing = distinct
          .filter(({ start, end }) => start <= address && address <= end)
          .toSorted((one, other) => other.prefix - one.prefix);
        expect([...table.containing(address)].map((entry) => key(entry.block))).toEqual(containing.map(key));
        const inside = distinct.filter(
          ({ start, end, prefix }) => prefix > outer.prefix && start >= outer.start && end <= outer.end,
        );
        expect(table.inside(outer).map(key).toSorted()).toEqual(inside.map(key).toSorted());
        for (const [index, one] of blocks.entries()) table.delete(one, index);
        expect([...table.containing(address)]).toEqual([]);
      }),
    );
  });

  it('takes IPv4 ranges in canonical form only', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), fc.integer({ min: 0, max: 32 }), (address, prefix) => {
        const canonical = address % 2 ** (32 - prefix) === 0;
        expect(ipv4Block(`${addressText(address)}/${prefix}`) !== undefined).toBe(canonical);
      }),
    );
  });
});

interface Step {
  readonly node: number;
  readonly what: 'delete route' | 'alias' | 'no alias';
}

/** Does the steps that are possible and returns which nodes have a route and which an alias in the end. */
async function carriedOut(project: ReturnType<typeof exampleProject>, plan: readonly Step[]) {
  const routed = new Set([0, 1, 2, 3]);
  const aliased = new Set<number>();
  for (const { node, what } of plan) {
    if (what === 'delete route') {
      if (routed.delete(node)) await project.done('DELETE', project.routeOf(node));
      continue;
    }
    if (what === 'alias') aliased.add(node);
    else aliased.delete(node);
    await project.patchNic(node, { aliasIpRanges: aliased.has(node) ? [project.alias(node)] : [] });
  }
  return { routed, aliased };
}

describe('the data plane', () => {
  it('lets nothing through a deleted route once that has propagated, and never fails an aliased node', async () => {
    const steps = fc.array(
      fc.record({
        node: fc.nat(3),
        what: fc.constantFrom<Step['what']>('delete route', 'alias', 'no alias'),
      }),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(5_000), async (plan, delay) => {
        const project = exampleProject({
          propagation: { ...AT_ONCE, route: spanOf(delay), instance: spanOf(delay) },
        });
        await project.patchSubnet({ allowSubnetCidrRoutesOverlap: true });
        await project.patchSubnet({ secondaryIpRanges: [project.podRange] });
        const { routed, aliased } = await carriedOut(project, plan);
        await project.clock.advance(delay);
        for (const [index, { name, podCidr }] of project.cluster.nodes.entries()) {
          expect(project.compute.dataPlane.reaches(name, podCidr).arrives).toBe(
            routed.has(index) || aliased.has(index),
          );
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('one seed', () => {
  it('leads to one history', async () => {
    const history = async (seed: number) => {
      const clock = virtualClock();
      const scenario = computeScenario(exampleCluster({ nodes: 5 }));
      const compute = computeInProcess({ clock, scenario, random: seededRandom(seed) });
      const events: string[] = [];
      compute.onEvent(({ at, type }) => events.push(`${at} ${type}`));
      const routes = await clock.until(compute.actors.listRoutes());
      await clock.until(Promise.all(routes.map(({ name }) => compute.actors.deleteRoute(name))));
      return events;
    };
    const [one, same, other] = [await history(7), await history(7), await history(8)];
    expect(one).toHaveLength(7);
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
  });
});
