import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { computeMethods } from '../../infra/gcp/bundle/descriptors/compute.ts';
import { type Descriptor, parseDescriptor } from '../../infra/gcp/bundle/descriptors/descriptor.ts';
import { methodsIn, prunedTo } from '../../infra/gcp/bundle/descriptors/prune.ts';
import { standIn } from '../../infra/gcp/bundle/left-out.ts';
import type { Clients } from '../../shared/compute/google/index.ts';
import { ROOT } from './installed.ts';

const field = (type: string) => ({ type, id: 1 });

const DESCRIPTOR: Descriptor = {
  nested: {
    shop: {
      nested: {
        Till: {
          methods: {
            Sell: { requestType: 'Order', responseType: '.shop.Receipt' },
            Count: { requestType: 'Order', responseType: 'Sum' },
          },
        },
        Guard: { methods: { Watch: { requestType: 'Order', responseType: 'Sum' } } },
        Order: {
          fields: { size: field('Size'), friend: field('Order'), notes: field('string') },
          nested: { Size: { values: { SMALL: 0 } }, Unused: { fields: {} } },
        },
        Receipt: { fields: { kind: field('Paper.Kind'), at: field('time.Instant') } },
        Paper: { fields: { weight: field('Sum') }, nested: { Kind: { values: { THIN: 0 } } } },
        Sum: { fields: { total: field('int64') } },
      },
    },
    time: { nested: { Instant: { fields: {} }, Zone: { fields: {} } } },
  },
};

describe('pruning', () => {
  test('keeps the wanted methods with all that they reach, and nothing else', () => {
    expect(prunedTo(DESCRIPTOR, { 'shop.Till': ['sell'] })).toEqual({
      nested: {
        shop: {
          nested: {
            Till: { methods: { Sell: { requestType: 'Order', responseType: '.shop.Receipt' } } },
            Order: {
              fields: { size: field('Size'), friend: field('Order'), notes: field('string') },
              nested: { Size: { values: { SMALL: 0 } } },
            },
            Receipt: { fields: { kind: field('Paper.Kind'), at: field('time.Instant') } },
            Paper: { nested: { Kind: { values: { THIN: 0 } } } },
          },
        },
        time: { nested: { Instant: { fields: {} } } },
      },
    });
  });

  test('refuses a service, a method and a type that there are not', () => {
    expect(() => prunedTo(DESCRIPTOR, { 'shop.Bank': ['lend'] })).toThrow('no service shop.Bank');
    expect(() => prunedTo(DESCRIPTOR, { 'shop.Till': ['sell', 'lend'] })).toThrow(
      'shop.Till has no method lend',
    );
    const torn = { nested: { A: { methods: { Do: { requestType: 'B', responseType: 'B' } } } } };
    expect(() => prunedTo(torn, { A: ['do'] })).toThrow('A names the type B');
  });

  test('leaves of Compute Engine’s descriptors the methods that the adapter calls, and a hundredth of the rest', () => {
    const path = 'node_modules/@google-cloud/compute/build/protos/protos.json';
    const json = readFileSync(join(ROOT, path), 'utf8');
    const pruned = prunedTo(parseDescriptor(json), computeMethods());
    const sorted = (methods: Readonly<Record<string, readonly string[]>>) =>
      Object.entries(methods)
        .map(([service, names]) => [service, names.toSorted()] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1));
    expect(sorted(methodsIn(pruned))).toEqual(sorted(computeMethods()));
    expect(JSON.stringify(pruned).length).toBeLessThan(json.length / 100);
    // What is left is whole: pruning it once more finds every type, and takes nothing away.
    expect(prunedTo(pruned, computeMethods())).toEqual(pruned);
  });
});

test('code that calls a method which bundles do not have does not compile', () => {
  const calls = (clients: Clients) => [
    // @ts-expect-error: routes.get is not in METHODS. This comment is an error of its own as soon as it were.
    async () => (await clients.routes()).get({ project: 'p', route: 'r' }),
    // @ts-expect-error: nor is a list over all scopes of what is not in INNER_METHODS.
    async () => (await clients.routes()).innerApiCalls.aggregatedList,
    // @ts-expect-error: nor any other inner call.
    async () => (await clients.instances()).innerApiCalls.list,
  ];
  expect(calls).toBeTypeOf('function');
});

describe('what stands in for a module that is left out', () => {
  const exported: { google?: { firestore: { v1: { Value: { fromObject(of: object): object } } } } } = {};
  new Function('exports', standIn('some/protos.js'))(exported);

  test('can be named, as packages do when they are loaded', () => {
    expect(exported.google?.firestore.v1.Value).toBeDefined();
  });

  test('throws as soon as it is used, and says where to put it back', () => {
    const use = () => exported.google?.firestore.v1.Value.fromObject({});
    expect(use).toThrow(
      /google\.firestore\.v1\.Value\.fromObject was used, but some\/protos\.js was left out/,
    );
    expect(use).toThrow(/left-out\.ts/);
  });
});
