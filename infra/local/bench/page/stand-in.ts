import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { type EventStream, json, type Result, type SendEvent } from '../../../../shared/edge/http/answer.ts';
import { Problem } from '../../../../shared/edge/http/problem.ts';
import { placeOf } from '../../../../shared/edge/http/request.ts';
import { problemAnswer, respond, stream } from '../../../../shared/edge/http/respond.ts';
import { fileAt, readFiles, webFolder } from '../../../../shared/edge/status/files.ts';
import { type EventName, eventSchemas } from '../../../../shared/edge/status/schemas.ts';
import { explain } from '../../../../shared/explain/index.ts';
import {
  countCarriers,
  countPhases,
  type FleetRow,
  type HistoryLine,
  type MigrationView,
  type NodeCell,
  type RolloutView,
  type Unreadable,
} from '../../../../shared/view/index.ts';

/** What the stand-in shows; whoever holds it may change it. */
export interface Shown {
  rows: FleetRow[];
  unreadable: Unreadable[];
  migration?: MigrationView;
  rollout?: RolloutView;
  cells: NodeCell[];
  history: HistoryLine[];
  /** How what acts is answered: as `operate` does, or as `status` does, which knows no such thing, or refused. */
  operate: 'allowed' | 'not here' | 'refused';
}

/** An open stream of events, as its client asked for it. */
interface Watcher {
  readonly send: SendEvent;
  readonly end: () => void;
}

/**
 * Serves the page with the product’s own files, headers and forms of answers, over states of one’s own choosing: many shoots and
 * nodes, connections that break, names that nobody has.
 */
export class StandIn {
  readonly shown: Shown;
  /** Paths that were asked for, and bodies that were posted there. */
  readonly posted: { readonly path: string; readonly body: string }[] = [];
  readonly #watchers = new Set<Watcher>();
  #server: Server | undefined;
  #port = 0;
  #streams = 0;

  constructor(shown: Partial<Shown> = {}) {
    this.shown = { rows: [], unreadable: [], cells: [], history: [], operate: 'allowed', ...shown };
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** How many streams were opened from the beginning. */
  get streams(): number {
    return this.#streams;
  }

  /** Resolves when it answers; on the same port as before where it was stopped in between. */
  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    this.endStreams();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  /** Ends all streams as the function does after some minutes. */
  endStreams(): void {
    for (const { end } of this.#watchers) end();
  }

  /** Sends an event, as described, to all who watch. */
  async news<Name extends EventName>(event: Name, data: z.input<(typeof eventSchemas)[Name]>): Promise<void> {
    const checked = z.object({}).loose().parse(eventSchemas[event].parse(data));
    await Promise.all([...this.#watchers].map(({ send }) => send({ event, data: checked })));
  }

  /** The whole of what a stream begins with. */
  async whole(send: SendEvent, query: URLSearchParams): Promise<void> {
    const at = new Date().toISOString();
    const { rows, unreadable, migration, rollout, cells, history } = this.shown;
    if (!query.has('migration') || migration === undefined) {
      const counts = countPhases(rows);
      await send({
        event: 'fleet',
        data: { at, whole: true, total: rows.length, counts, rows, gone: [], unreadable },
      });
      if (rollout !== undefined) await send({ event: 'rollout', data: rollout });
      return;
    }
    await send({ event: 'migration', data: { at, migration } });
    const entries = history.filter(({ n }) => n > Number(query.get('historyAfter') ?? -1));
    await send({ event: 'history', data: { migration: migration.id, entries, unreadable: [] } });
    await send({
      event: 'nodes',
      data: { ...this.nodes(query.get('live') === 'true'), whole: true, cells, gone: [] },
    });
  }

  /** What an event says of the nodes beside their cells. */
  nodes(live = true) {
    const { cells, migration } = this.shown;
    const source: 'live' | 'records' = live ? 'live' : 'records';
    const at = new Date().toISOString();
    return { migration: migration?.id ?? '', source, at, total: cells.length, counts: countCarriers(cells) };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const asked = {
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      headers: request.headers,
      body: Buffer.concat(chunks),
    };
    const { path, query } = placeOf(asked);
    const result = await this.#result(asked.method, path, query, asked.body.toString('utf8')).catch(
      (error: unknown) => {
        if (error instanceof Problem) return problemAnswer(error);
        throw error;
      },
    );
    if (result.kind === 'answer') await respond(asked, response, result);
    else await stream(response, result, new AbortController().signal);
  }

  async #result(method: string, path: string, query: URLSearchParams, body: string): Promise<Result> {
    if (method === 'POST') return this.#act(path, body);
    const { rows, unreadable, migration, history } = this.shown;
    if (path === '/api/events') return this.#events(query);
    if (path === '/api/fleet') {
      const at = new Date().toISOString();
      return json({ at, total: rows.length, counts: countPhases(rows), rows, unreadable });
    }
    if (path === '/api/reasons') return json({ reasons: explain(query.get('name') ?? '') });
    if (migration !== undefined && path === `/api/migrations/${migration.id}`) return json(migration);
    if (migration !== undefined && path === '/api/migrations') return json(migration);
    if (path.endsWith('/history')) {
      const [after, limit] = [Number(query.get('after')), Number(query.get('limit'))];
      const entries = history.filter(({ n }) => n > after).slice(0, limit);
      return json({ migration: migration?.id ?? '', entries, unreadable: [] });
    }
    return fileAt(await readFiles(webFolder()), path, () => new Problem(404, `There is nothing at ${path}.`));
  }

  #act(path: string, body: string): Result {
    const { operate } = this.shown;
    if (operate === 'not here') throw new Problem(405, 'This address takes GET, HEAD only.');
    if (operate === 'refused') throw new Problem(401, 'It is not proven who asks: no signed header.');
    const who = { name: 'alice@example.com', verified: true };
    if (path === '/api/caller') return json({ who });
    this.posted.push({ path, body });
    return json({ act: 'a-1', topic: path.split('/').at(-1), who }, { status: 202 });
  }

  #events(query: URLSearchParams): EventStream {
    return {
      kind: 'events',
      run: async (send, signal) => {
        this.#streams += 1;
        const over = Promise.withResolvers<void>();
        const watcher: Watcher = { send, end: over.resolve };
        await this.whole(send, query);
        this.#watchers.add(watcher);
        signal.addEventListener('abort', () => over.resolve(), { once: true });
        await over.promise;
        this.#watchers.delete(watcher);
      },
    };
  }
}
