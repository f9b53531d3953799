import { describe, expect, test } from 'vitest';
import { lowerBound } from '../../infra/local/bench/lower-bound.ts';
import { spanOf } from '../../infra/local/gce/index.ts';

const SECOND = 1_000;

/** Every duration fixed, so that sums can be checked by hand. */
const conditions = {
  nodes: 7,
  batch: 3,
  latency: {
    read: spanOf(0),
    request: spanOf(0),
    operation: spanOf(5 * SECOND),
    'routes.delete': spanOf(4 * SECOND),
    'subnetworks.patch': spanOf(10 * SECOND),
    'instances.updateNetworkInterface': spanOf(6 * SECOND),
    'firewalls.insert': spanOf(7 * SECOND),
  },
  callsPerMinute: 1_500,
  operationsInFlight: 500,
};

function secondsOf(what: string, changed: Partial<typeof conditions> = {}): number | undefined {
  const { parts } = lowerBound('overlap', { ...conditions, ...changed });
  return parts.find((part) => part.what === what)?.seconds;
}

describe('the lower bound of the route migration', () => {
  test('is the sum of its parts, and says how much of it is prescribed waiting', () => {
    const { seconds, soakSeconds, parts } = lowerBound('overlap', conditions);
    // 60 + 20, 15 + 5, 20, two batches of 5, 20.
    expect(soakSeconds).toBe(150);
    expect(seconds).toBeCloseTo(parts.reduce((sum, part) => sum + part.seconds, 0));
    expect(secondsOf('flag on')).toBe(10);
    // Six routes after the first one, three at once.
    expect(secondsOf('the other deletions in batches')).toBeCloseTo(2 * 4);
  });

  test('takes what is left over after the last full batch for a batch of its own', () => {
    expect(secondsOf('the other deletions in batches', { nodes: 9 })).toBeCloseTo(3 * 4);
    expect(secondsOf('each batch watched', { nodes: 9 })).toBe(15);
  });

  test('waits for the slowest of those side by side, not for an average one', () => {
    const latency = {
      ...conditions.latency,
      'instances.updateNetworkInterface': { min: 4 * SECOND, max: 10 * SECOND },
    };
    expect(secondsOf('all other aliases', { latency, nodes: 2 })).toBeCloseTo(7);
    expect(secondsOf('all other aliases', { latency, nodes: 1_001 })).toBeCloseTo(10, 1);
  });

  test('lets no more calls through than the quotas do', () => {
    // 1,500 at the end of one minute, 1,500 at the beginning of the next, 1,500 a minute after that.
    expect(secondsOf('all other aliases', { nodes: 4_501 })).toBe(60);
    const deletions = lowerBound('cutover', { ...conditions, nodes: 1_000 }).parts.find(
      ({ what }) => what === 'all deletions',
    );
    expect(deletions?.seconds).toBeCloseTo((1_000 / 500) * 4);
  });

  test('of Gardener’s order grows with every node, since it takes them one by one', () => {
    const latency = { ...conditions.latency, read: spanOf(100), request: spanOf(400) };
    const of = (nodes: number) => lowerBound('gardener', { ...conditions, latency, nodes }).seconds;
    expect(of(100) - of(50)).toBeCloseTo(50 * 0.5);
  });
});
