import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseScenario } from '../../infra/local/cluster/scenario-file.ts';

const MAIN = new URL('../../infra/local/cluster/main.ts', import.meta.url).pathname;

function command(...args: string[]): ChildProcess & { ended: Promise<number | null> } {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once('exit', (code) => resolve(code));
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return Object.assign(child, { ended: promise });
}

function scenarioFile(name: string, content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-scenario-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const NODES = `
apiVersion: v1
kind: Node
metadata: {name: one}
---
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Node, metadata: {name: two}}
`;

describe('npm run local:cluster', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'serves its scenario until %s, then leaves nothing behind',
    async (signal) => {
      const child = command('--port', '0', '--scenario', scenarioFile('nodes.yaml', NODES));
      let output = '';
      child.stdout?.on('data', (chunk) => {
        output += chunk;
      });
      await expect.poll(() => output, { timeout: 20_000 }).toContain('kubectl --kubeconfig');
      const url = /at (http:\S+)/.exec(output)?.[1] ?? '';
      const kubeconfig = /kubeconfig: (\S+)/.exec(output)?.[1] ?? '';
      expect(existsSync(kubeconfig)).toBe(true);
      expect(await (await fetch(`${url}/api/v1/nodes`)).json()).toMatchObject({
        items: [{ metadata: { name: 'one' } }, { metadata: { name: 'two' } }],
      });
      child.kill(signal);
      expect(await child.ended).toBe(0);
      expect(existsSync(kubeconfig)).toBe(false);
    },
  );

  test.each([
    ['a port that is none', ['--port', '70000'], 'expected a whole number from 0 to 65535'],
    ['an unknown option', ['--bogus'], "unknown option '--bogus'"],
    ['a file that is not there', ['--scenario', '/nonexistent.yaml'], '/nonexistent.yaml: cannot be read'],
    [
      'a bad range',
      ['--service-range', '10.0.0.0/8,10.0.0.0/9'],
      'expected one CIDR, or two of different families',
    ],
  ])('%s gets one line and exit code 2', async (_name, args, message) => {
    const child = command(...args);
    const said = child.stderr === null ? '' : await text(child.stderr);
    expect(said).toContain(message);
    expect(said.trim().split('\n')).toHaveLength(1);
    expect(await child.ended).toBe(2);
  });
});

describe('a scenario file', () => {
  test.each([
    ['a: [b', 'f: '],
    ['', 'f: expected Kubernetes objects, found none'],
    ['[]', 'f: document 1: expected a Kubernetes object, got a list'],
    ['{"kind":"List","items":{}}', 'f: document 1: items: expected a list, got a object'],
    [
      '{"kind":"List","items":[{"kind":"Node"}]}',
      'f: document 1: items[0]: apiVersion: expected a non-empty string',
    ],
    ['{"apiVersion":"v1","kind":"Node"}', 'f: document 1: metadata.name: expected a non-empty string'],
    [
      '{"apiVersion":"v1","kind":"Unicorn","metadata":{"name":"u"}}',
      'f: document 1: kind: the simulator does not serve Unicorn of v1',
    ],
  ])('%s is refused with the place and what was expected', (content, message) => {
    expect(() => parseScenario(content, 'f')).toThrow(message);
  });

  test('may be JSON, YAML or several documents', () => {
    expect(parseScenario(NODES, 'f').map((object) => object.metadata)).toEqual([
      { name: 'one' },
      { name: 'two' },
    ]);
    expect(parseScenario('{"apiVersion":"v1","kind":"Node","metadata":{"name":"x"}}', 'f')).toHaveLength(1);
  });
});
