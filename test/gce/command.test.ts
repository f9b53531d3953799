import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { computeScenario } from '../../infra/local/example/compute-scenario.ts';
import { exampleCluster } from '../../infra/local/example/nodes.ts';

const main = new URL('../../infra/local/gce/main.ts', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'local-gce-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(...words: string[]) {
  const child = spawn(process.execPath, [main, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    text.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    text.err += chunk;
  });
  return { child, text };
}

async function refusal(...words: string[]) {
  const { child, text } = start(...words);
  const [code] = await once(child, 'close');
  return { code, line: text.err.trim() };
}

function scenarioFile(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('the command', () => {
  it('serves the 30-node example on a free port and ends with code 0 at SIGTERM', async () => {
    const { child, text } = start('--port', '0');
    while (!text.out.includes('Ctrl-C')) await once(child.stdout, 'data');
    const url = /URL\s+(\S+)/.exec(text.out)?.[1] ?? '';
    const answer = await fetch(`${url}projects/example-project/aggregated/instances`);
    const { items } = (await answer.json()) as { items: Record<string, { instances: unknown[] }> };
    expect(Object.values(items).flatMap(({ instances }) => instances)).toHaveLength(30);
    expect(text.out).toContain('europe-west1-b, europe-west1-c, europe-west1-d');
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  it('refuses what it cannot do with one line and code 2', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const example = computeScenario(exampleCluster({ nodes: 1 }));
    const lost = {
      ...example,
      subnetworks: [{ name: 'lost', network: 'global/networks/nobody', ipCidrRange: '10.0.0.0/24' }],
    };
    const answers = await Promise.all([
      refusal('--port', '70000'),
      refusal('--port', port),
      refusal('--scenario', join(folder, 'missing.json')),
      refusal('--scenario', scenarioFile('text.json', 'not JSON')),
      refusal('--scenario', scenarioFile('lost.json', lost)),
      refusal('--switch', 'hybridFallback=perhaps'),
    ]);
    taken.close();
    const expected = [
      'from 0 to 65535',
      `port ${port} is in use`,
      'cannot read',
      'expected JSON',
      'subnetworks[0]',
      'expected on or off',
    ];
    for (const [index, { code, line }] of answers.entries()) {
      expect(code).toBe(2);
      expect(line).toContain(expected[index]);
      expect(line.split('\n')).toHaveLength(1);
    }
  });
});
