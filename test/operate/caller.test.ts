import { expect, test } from 'vitest';
import { answered } from '../../shared/edge/http/serve.ts';
import type { Caller } from '../../shared/edge/operate/callers.ts';
import { answerAs } from '../../shared/edge/operate/serve.ts';
import { checked, get } from '../status/client.ts';
import { testEngine } from '../support/test-engine.ts';

const ALICE = { name: 'alice@example.com', verified: true };

async function askedBy(caller: Caller, headers: Record<string, string>) {
  const engine = testEngine();
  const sent: string[] = [];
  const bus = { publish: async (topic: string) => void sent.push(topic) };
  const request = get('/api/caller', headers, 'POST');
  const result = await answered('operate', request, () =>
    answerAs(async () => caller, { ...engine, bus }, request),
  );
  if (result.kind === 'events') throw new Error('events');
  return { ...checked('post', '/api/caller', result), sent };
}

test('a page is told as whom its viewer acts, before anything is asked for, and nothing is sent for that', async () => {
  const told = await askedBy({ who: ALICE }, { 'x-requested-by': 'shoot-dualstack' });
  expect(told).toMatchObject({ status: 200, json: { who: ALICE }, sent: [] });
});

test('who is not known, and a page of another origin, are told nothing', async () => {
  const stranger = await askedBy({ unproven: 'there is no token' }, { 'x-requested-by': 'shoot-dualstack' });
  expect(stranger.status).toBe(401);
  expect((await askedBy({ who: ALICE }, {})).status).toBe(403);
});
