import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { DocumentExists, StaleDocument } from '../../../shared/store/documents.ts';
import type { Scene } from './scene.ts';

/** What is promised when several write at once. */
export function contentionContract(scene: () => Scene): void {
  describe('contention', () => {
    test('eight contenders on one document lose no update', { timeout: 60_000 }, async () => {
      const { documents, path, put, existing } = scene();
      await put({ count: 0, last: -1 });
      const add = async (contender: number): Promise<void> => {
        for (;;) {
          const { fields, version } = await existing();
          const next = { count: Number(fields.count) + 1, last: contender };
          try {
            await documents.commit([{ kind: 'replace', path, fields: next, ifVersion: version }]);
            return;
          } catch (error) {
            if (!(error instanceof StaleDocument)) throw error;
          }
        }
      };
      await Promise.all(
        Array.from({ length: 8 }, async (_, contender) => {
          for (let round = 0; round < 5; round += 1) await add(contender);
        }),
      );
      expect((await existing()).fields).toMatchObject({ count: 40 });
    });

    test('of eight creates at once exactly one succeeds', async () => {
      const { documents, path } = scene();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, (_, contender) =>
          documents.commit([{ kind: 'create', path, fields: { contender } }]),
        ),
      );
      const failures = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(failures).toHaveLength(7);
      for (const { reason } of failures) expect(reason).toBeInstanceOf(DocumentExists);
    });

    test('a writer killed in mid-write holds nobody up', async () => {
      const { documents, path, put, existing, environment } = scene();
      await put({ count: 0 });
      const writer = await startWriter(path, environment);
      writer.kill('SIGKILL');
      await once(writer, 'exit');
      const { version } = await existing();
      // What the dead writer had sent may still have been on its way.
      const write = { kind: 'replace', path, fields: { taken: true }, ifVersion: version } as const;
      await documents.commit([write]).catch(async (error: unknown) => {
        if (!(error instanceof StaleDocument)) throw error;
        await documents.commit([{ ...write, ifVersion: (await existing()).version }]);
      });
      expect((await existing()).fields).toEqual({ taken: true });
    });
  });
}

/** A process that writes to the document over and over; resolves once it has written. */
async function startWriter(
  path: string,
  environment: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const program = new URL('../restless-writer.ts', import.meta.url).pathname;
  const writer = spawn(process.execPath, [program, path], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(writer.stdout, 'data');
  return writer;
}
