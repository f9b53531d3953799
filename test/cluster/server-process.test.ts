import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Folder } from './control-plane/folder.ts';
import { createFolder } from './control-plane/folder.ts';
import type { Start } from './control-plane/server-process.ts';
import { startOnFreePort, startOnSamePort } from './control-plane/server-process.ts';

let folder: Folder;
beforeEach(async () => {
  folder = await createFolder();
});
afterEach(() => folder.remove());

/** A server that finds its port taken as often as said, and serves then. */
async function server(
  refusals: number,
  script = 'exec sleep 600',
): Promise<{ start: Start; ports: number[] }> {
  const ports: number[] = [];
  const program = await folder.write(
    'server',
    `#!/bin/sh
echo "$1" >> tried
if [ "$(wc -l < tried)" -le ${refusals} ]; then echo "bind: address already in use"; exit 1; fi
touch serving
${script}
`,
  );
  await chmod(program, 0o700);
  const argumentsFor = (port: number) => {
    ports.push(port);
    return [String(port)];
  };
  const isReady = async () => existsSync(folder.at('serving'));
  return { start: { folder, name: 'etcd', program, argumentsFor, isReady }, ports };
}

test('a port that somebody took is left to them: the server gets another one', async () => {
  const { start, ports } = await server(2);
  const { port, stop } = await startOnFreePort(start);
  expect(ports).toHaveLength(3);
  expect(port).toBe(ports[2]);
  await stop();
});

test('a server whose clients know its port waits until that is free', async () => {
  const { start, ports } = await server(1);
  const { stop } = await startOnSamePort(start, 12_345);
  expect(ports).toEqual([12_345, 12_345]);
  await stop();
});

test('with no port to be had the error says so', async () => {
  const { start } = await server(1_000);
  await expect(startOnFreePort(start)).rejects.toThrow(/port \d+ is taken\nbind: address already in use/);
});

test('a server that ends is no server: the error has what it said last, and its number is forgotten', async () => {
  const { start } = await server(0, 'echo one; echo two; exit 7');
  const neverReady = { ...start, isReady: () => Promise.reject(new Error('refused')) };
  await expect(startOnFreePort(neverReady)).rejects.toThrow(
    'etcd did not start: it ended with exit code 7\none\ntwo',
  );
  expect(existsSync(folder.at('pids/etcd'))).toBe(false);
});

test('a program that is not there is an error, not a wait', async () => {
  const { start } = await server(0);
  const missing = { ...start, program: folder.at('nothing'), isReady: () => Promise.resolve(false) };
  await expect(startOnFreePort(missing)).rejects.toThrow(
    /etcd did not start: it ended with exit code 127\n.*nothing/,
  );
});

test('a server that does not heed SIGTERM is ended all the same', async () => {
  const { start } = await server(0, 'trap "" TERM; while :; do sleep 1; done');
  const { stop } = await startOnFreePort(start);
  await stop();
  expect(existsSync(folder.at('pids/etcd'))).toBe(false);
});
