import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ComputeSimulator } from '../../infra/local/gce/index.ts';
import { FAST_LATENCY, startComputeSimulator } from '../../infra/local/gce/index.ts';
import { systemClock } from '../../shared/clock.ts';
import { difference } from './recorded-json.ts';
import { parseRecording } from './recording.ts';

const root = new URL('../../', import.meta.url).pathname;
const folder = process.env.COMPUTE_RECORDINGS ?? join(root, '../shared/recordings');
const logs = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.log')) : [];

/** What the recordings call resources. Their own names are not part of the evidence. */
const NAMES: Readonly<Record<string, string>> = {
  projectId: 'recorded-project',
  networkID: 'default',
  firewallID: 'recorded-firewall',
  subnetworkID: 'recorded-subnetwork',
  routeName: 'recorded-route',
  kccVersion: '1.0.0',
};

let simulator: ComputeSimulator | undefined;

afterEach(async () => {
  await simulator?.stop();
});

describe.skipIf(logs.length === 0)(
  `real answers of the real API${logs.length === 0 ? ` (skipped: no recordings in ${folder}; COMPUTE_RECORDINGS names another folder)` : ''}`,
  () => {
    it.each(logs)('%s: the same requests get the same statuses, headers and JSON', async (log) => {
      const entries = parseRecording(readFileSync(join(folder, log), 'utf8'));
      expect(entries.length).toBeGreaterThan(5);
      // Some recordings begin in a project with its default network, some make their own.
      const hasNetwork = entries[0]?.status === 200;
      const networks = hasNetwork
        ? [{ name: 'default', description: 'Default network for the project' }]
        : [];
      simulator = await startComputeSimulator({
        clock: systemClock,
        latency: FAST_LATENCY,
        scenario: {
          project: 'recorded-project',
          region: 'us-central1',
          zones: ['us-central1-a'],
          networks,
          subnetworks: [],
          instances: [],
          routes: [],
          firewalls: [],
        },
      });
      let operationID = '';
      const filled = (text: string) =>
        text.replace(/\$\{(\w+)\}/g, (_, name: string) =>
          name === 'operationID' ? operationID : (NAMES[name] ?? `unknown-${name}`),
        );
      for (const entry of entries) {
        const url = filled(entry.url).replace('https://compute.googleapis.com', simulator.url);
        if (url.includes('/operations/'))
          await fetch(`${url.split('?')[0]}/wait`, { method: 'POST', body: '""' });
        const response = await fetch(url, {
          method: entry.method,
          ...(entry.body !== '' && { body: filled(entry.body) }),
        });
        const what = `${entry.method} ${entry.url}`;
        const answer: unknown = await response.json();
        expect({ what, status: response.status, answer }).toMatchObject({ what, status: entry.status });
        for (const [name, value] of Object.entries(entry.answerHeaders)) {
          expect(`${name}: ${response.headers.get(name)}`).toBe(`${name}: ${value}`);
        }
        expect({ what, differs: difference(JSON.parse(filled(entry.answer)), answer) }).toEqual({
          what,
          differs: [],
        });
        if (isOperation(answer)) operationID = answer.name;
      }
    });
  },
);

function isOperation(answer: unknown): answer is { readonly name: string } {
  return typeof answer === 'object' && answer !== null && Reflect.get(answer, 'kind') === 'compute#operation';
}
