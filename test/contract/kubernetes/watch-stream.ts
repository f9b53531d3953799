import { expect } from 'vitest';
import { z } from 'zod';
import type { Wire } from './wire.ts';

const event = z.object({
  type: z.string(),
  object: z
    .object({
      code: z.number().optional(),
      reason: z.string().optional(),
      message: z.string().optional(),
      metadata: z
        .object({
          name: z.string().optional(),
          resourceVersion: z.string().optional(),
          annotations: z.record(z.string(), z.string()).optional(),
          labels: z.record(z.string(), z.string()).optional(),
        })
        .loose(),
    })
    .loose(),
});
export type SeenEvent = z.infer<typeof event>;

/** A watch as it comes over the wire. */
export interface WatchStream {
  readonly status: number;
  readonly events: readonly SeenEvent[];
  /** `ADDED a`, for every event but bookmarks. */
  names(): string[];
  ended(): boolean;
  /** Waits until the names are these. */
  shows(names: readonly string[]): Promise<void>;
  close(): void;
}

/** A controller of a real cluster puts this into every namespace, sooner or later. */
const isOfTheTest = ({ object }: SeenEvent) => object.metadata.name !== 'kube-root-ca.crt';

const PATIENCE = { timeout: 20_000, interval: 20 };

export async function openWatch(
  wire: Wire,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<WatchStream> {
  const { request, response } = await wire.open('GET', path, { query: { watch: 'true', ...query } });
  const answer = await response;
  const events: SeenEvent[] = [];
  let ended = false;
  // A connection that the test itself closes is no news.
  request.on('error', () => undefined);
  answer.on('error', () => undefined);
  answer.on('close', () => {
    ended = true;
  });
  let rest = '';
  answer.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (answer.statusCode !== 200) return;
    events.push(...lines.map((line) => event.parse(JSON.parse(line))).filter(isOfTheTest));
  });
  const names = () =>
    events
      .filter(({ type }) => type !== 'BOOKMARK')
      .map(({ type, object }) => `${type} ${object.metadata.name}`);
  return {
    status: answer.statusCode ?? 0,
    events,
    names,
    ended: () => ended,
    shows: (wanted) => expect.poll(names, PATIENCE).toEqual(wanted),
    close: () => request.destroy(),
  };
}
