import { expect, test } from 'vitest';
import type { Topology } from '../../../infra/local/backends/index.ts';
import { startBackends } from '../../../infra/local/backends/index.ts';
import { systemClock } from '../../../shared/clock.ts';

const push = { path: '/p', ackDeadlineSeconds: 60, minimumBackoffSeconds: 10, maximumBackoffSeconds: 600 };

const refused: Record<string, [topology: Topology, names: RegExp]> = {
  'a topic name that is too short': [[{ topic: 'ab' }], /\[0\]\.topic/],
  'a topic named twice': [[{ topic: 'jobs' }, { topic: 'jobs' }], /jobs is named twice/],
  'an ack deadline below 10 s': [
    [{ topic: 'jobs', push: { ...push, ackDeadlineSeconds: 9 } }],
    /ackDeadline/,
  ],
  'a back-off over 600 s': [
    [{ topic: 'jobs', push: { ...push, maximumBackoffSeconds: 601 } }],
    /maximumBackoff/,
  ],
  'a minimum above the maximum': [
    [{ topic: 'jobs', push: { ...push, maximumBackoffSeconds: 9 } }],
    /minimumBackoffSeconds/,
  ],
  'fewer than 5 attempts': [[{ topic: 'jobs', push: { ...push, maxDeliveryAttempts: 4 } }], /maxDelivery/],
  'an unknown dead letter topic': [
    [{ topic: 'jobs', push: { ...push, deadLetterTopic: 'graveyard' } }],
    /graveyard .* not in the topology/,
  ],
  'a path without its slash': [[{ topic: 'jobs', push: { ...push, path: 'p' } }], /\[0\]\.push\.path/],
};

test.for(Object.entries(refused))('%s is refused before anything starts', async ([, [topology, names]]) => {
  const started = startBackends({ kind: 'embedded', clock: systemClock, topology });
  await expect(started).rejects.toThrow(names);
});
