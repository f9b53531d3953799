import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { localShoot } from '../../infra/local/world/shoot-file.ts';
import type { World } from '../../infra/local/world/world.ts';
import { TOPICS } from '../../shared/bus/topics.ts';
import { exampleWorld, SHOOT } from './support.ts';

interface Refusal {
  readonly receiver: string;
  readonly reason: string;
  readonly message: string;
}

async function refusals(world: World): Promise<readonly Refusal[]> {
  const documents = await world.backends.documents.list('refusals');
  return documents.map(({ fields }) => ({
    receiver: String(fields.receiver),
    reason: String(fields.reason),
    message: String(fields.message),
  }));
}

async function untilRefused(world: World, count: number): Promise<readonly Refusal[]> {
  for (;;) {
    const found = await refusals(world);
    if (found.length >= count) return found;
    await world.clock.sleep(5_000);
  }
}

/** Pushes a raw body to a function as the bus would. */
async function push(world: World, topic: string, data: Buffer, messageId: string): Promise<number> {
  const response = await fetch(`${world.functions[0]?.url}/${topic}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      message: { data: data.toString('base64'), messageId },
      subscription: `projects/p/subscriptions/${topic}-push`,
    }),
  });
  return response.status;
}

test('what nobody can have meant is recorded, acknowledged and touches nothing', {
  timeout: 60_000,
}, async () => {
  const world = await exampleWorld(2, { backend: 'embedded' });
  const garbage: readonly [name: string, data: Buffer][] = [
    ['not-json', Buffer.from('{"shoot":')],
    ['empty', Buffer.alloc(0)],
    ['array', Buffer.from('[]')],
    ['wrong-type', Buffer.from('{"shoot":7}')],
    ['unknown-step', Buffer.from(`{"shoot":"${SHOOT}","step":"reboot-everything"}`)],
    ['unknown-shoot', Buffer.from('{"shoot":"garden-core/nobody"}')],
    ['megabyte', randomBytes(1024 * 1024)],
  ];
  for (const [name, data] of garbage) {
    expect(await push(world, 'migrate-routes', data, name), name).toBe(204);
  }
  const found = await untilRefused(world, garbage.length);
  expect(found.map(({ reason }) => reason).sort()).toEqual([
    'InvalidBody',
    'InvalidBody',
    'InvalidBody',
    'NotJson',
    'NotJson',
    'NotJson',
    'UnknownShoot',
  ]);
  expect(found.find(({ message }) => message.includes('shoot:'))?.message).toContain('expected');
  expect(world.compute.calls().total).toBe(0);
  expect(await world.backends.documents.list('migrations')).toEqual([]);
});

test.each<[what: string, change: (networking: Record<string, unknown>) => void, says: RegExp]>([
  [
    'an overlay',
    (networking) => Object.assign(networking, { providerConfig: { overlay: { enabled: true } } }),
    /overlay must be set to false/,
  ],
  [
    'an overlay that is not stated',
    (networking) => Object.assign(networking, { providerConfig: { overlay: {} } }),
    /overlay must be set to false/,
  ],
  [
    'an unsupported change of families',
    (networking) => Object.assign(networking, { ipFamilies: ['IPv6', 'IPv4'] }),
    /unsupported IP family update: oldIPFamilies=\[IPv4\], newIPFamilies=\[IPv6 IPv4\]/,
  ],
  [
    'overlapping ranges',
    (networking) => Object.assign(networking, { pods: '10.250.0.0/16' }),
    /after\.spec\.networking\.pods: 10\.250\.0\.0\/16 overlaps/,
  ],
  [
    'a range with host bits',
    (networking) => Object.assign(networking, { services: '100.64.0.1/13' }),
    /after\.spec\.networking\.services: .*100\.64\.0\.0\/13 would be/,
  ],
])(
  'a shoot with %s is refused by its field and no migration starts',
  { timeout: 60_000 },
  async (_what, change, says) => {
    const world = await exampleWorld(1, { backend: 'embedded' });
    const { before, after } = localShoot(undefined, 1);
    const changed = structuredClone(after);
    change(changed.spec.networking ?? {});
    await world.backends.bus.publish('shoot-changed', { body: { before, after: changed } });
    const [refusal] = await untilRefused(world, 1);
    expect(refusal?.receiver).toBe('shoot-changed');
    expect(refusal?.message).toMatch(says);
    expect(await world.backends.documents.list('migrations')).toEqual([]);
    expect(world.compute.calls().mutating).toBe(0);
  },
);

test('a path that is no function’s is answered with 404', { timeout: 60_000 }, async () => {
  const world = await exampleWorld(1, { backend: 'embedded' });
  expect(await push(world, 'reboot-everything', Buffer.from('{}'), 'x')).toBe(404);
  expect(TOPICS).not.toContain('reboot-everything');
});
