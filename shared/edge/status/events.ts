import { timestamp } from '../../clock.ts';
import type { EventStream, SendEvent } from '../http/answer.ts';
import { Problem } from '../http/problem.ts';
import type { Looks } from './looks.ts';
import type { EventData, EventName } from './schemas.ts';
import { changesSince } from './snapshot.ts';
import { allNodes, presentRollout, presentView } from './views.ts';

/** Below the functions’ time-out of 540 s: a stream ends by itself, and its client comes back. */
export const STREAM_SECONDS = 240;
/** How often a stream looks whether there is news; what it sees is shared by all streams. */
const LOOK_MS = 1_000;
/** A proxy may end what is silent for a minute. */
const ALIVE_MS = 15_000;
/** Entries of the history in one event. */
const HISTORY_PAGE = 200;
const MOST_STREAMS = 500;

/** What a client watches. */
export interface Watched {
  readonly migration?: string | undefined;
  readonly nodes: boolean;
  readonly live: boolean;
  /** Number of the last entry of the history that it has; undefined: it wants only what comes from now on. */
  readonly historyAfter?: number | undefined;
}

/** One kind of news. `seen` is how its news are known: what the client has of it. */
interface Channel {
  readonly event: EventName;
  seen: string;
  /** Undefined when there is nothing new. */
  next(seen: string): Promise<{ readonly seen: string; readonly data: object } | undefined>;
}

const NOTHING_SEEN = '0';
const LAST_EVENT_ID = /^[A-Za-z0-9_-]{1,40}(?:\.[A-Za-z0-9_-]{1,40}){0,3}$/;

const open = new WeakMap<Looks, number>();

/**
 * News of the fleet, or of one migration, until the stream’s time is up. A client that comes back with the id of the last
 * event gets what has changed since; where that is not known any more, everything.
 *
 * @throws Problem when there is no such migration, or too many watch already.
 */
export async function watchEvents(
  looks: Looks,
  watched: Watched,
  lastEventId: string | undefined,
): Promise<EventStream> {
  if ((open.get(looks) ?? 0) >= MOST_STREAMS) {
    throw new Problem(503, `${MOST_STREAMS} streams are open here already.`, {
      headers: { 'Retry-After': '5' },
    });
  }
  const channels = await channelsOf(looks, watched);
  resume(channels, lastEventId);
  return {
    kind: 'events',
    run: async (send, signal) => {
      open.set(looks, (open.get(looks) ?? 0) + 1);
      try {
        await follow(looks, channels, send, signal);
      } finally {
        open.set(looks, (open.get(looks) ?? 1) - 1);
      }
    },
  };
}

async function follow(
  looks: Looks,
  channels: readonly Channel[],
  send: SendEvent,
  signal: AbortSignal,
): Promise<void> {
  const { pace } = looks;
  const endsAt = pace.now() + STREAM_SECONDS * 1_000;
  let saidAt = pace.now();
  while (pace.now() < endsAt) {
    for (const channel of channels) {
      const news = await channel.next(channel.seen);
      if (news === undefined) continue;
      channel.seen = news.seen;
      await send({ event: channel.event, data: news.data, id: channels.map(({ seen }) => seen).join('.') });
      saidAt = pace.now();
    }
    if (pace.now() - saidAt >= ALIVE_MS) {
      await send({ event: 'alive', data: { at: timestamp(looks.engine.clock) } });
      saidAt = pace.now();
    }
    await pace.sleep(LOOK_MS, signal);
  }
}

/** An id that is none of ours, or was made for other channels, says nothing. */
function resume(channels: readonly Channel[], lastEventId: string | undefined): void {
  if (lastEventId === undefined || !LAST_EVENT_ID.test(lastEventId)) return;
  const parts = lastEventId.split('.');
  if (parts.length !== channels.length) return;
  for (const [index, channel] of channels.entries()) {
    const part = parts[index] ?? NOTHING_SEEN;
    if (channel.event !== 'history' || /^(?:0|[1-9]\d{0,8})$/.test(part)) channel.seen = part;
  }
}

async function channelsOf(looks: Looks, { migration: id, ...watched }: Watched): Promise<readonly Channel[]> {
  if (id === undefined) return [fleetChannel(looks), rolloutChannel(looks)];
  const { historyLength } = await looks.migration(id);
  const from = watched.historyAfter === undefined ? historyLength : watched.historyAfter + 1;
  return [
    migrationChannel(looks, id),
    historyChannel(looks, id, from),
    ...(watched.nodes ? [nodesChannel(looks, id, watched.live)] : []),
  ];
}

function rolloutChannel(looks: Looks): Channel {
  return {
    event: 'rollout',
    seen: NOTHING_SEEN,
    next: async (seen) => {
      const { view, version } = await presentRollout(looks);
      const data: EventData<'rollout'> = view;
      return version === seen ? undefined : { seen: version, data };
    },
  };
}

function fleetChannel({ fleet }: Looks): Channel {
  return {
    event: 'fleet',
    seen: NOTHING_SEEN,
    next: async (seen) => {
      const { value, at } = await fleet.see();
      if (value.version === seen) return undefined;
      const { whole, changed, gone } = changesSince(fleet.seenBefore(seen), value, ({ id }) => id);
      const data: EventData<'fleet'> = {
        at: new Date(at).toISOString(),
        whole,
        total: value.items.length,
        counts: value.counts,
        rows: [...changed],
        gone: [...gone],
        unreadable: [...value.unreadable],
      };
      return { seen: value.version, data };
    },
  };
}

function migrationChannel(looks: Looks, id: string): Channel {
  return {
    event: 'migration',
    seen: NOTHING_SEEN,
    next: async (seen) => {
      const { view, version } = await presentView(looks, await looks.migration(id));
      if (version === seen) return undefined;
      const data: EventData<'migration'> = { at: timestamp(looks.engine.clock), migration: view };
      return { seen: version, data };
    },
  };
}

/** `seen` is the number of the first entry that the client does not have. */
function historyChannel({ migration, history }: Looks, id: string, from: number): Channel {
  return {
    event: 'history',
    seen: String(from),
    next: async (seen) => {
      const first = Number(seen);
      if ((await migration(id)).historyLength <= first) return undefined;
      const page = await history(id, { after: first - 1, limit: HISTORY_PAGE });
      const last = Math.max(first - 1, ...page.entries.map(({ n }) => n), ...page.unreadable);
      return last < first ? undefined : { seen: String(last + 1), data: page };
    },
  };
}

function nodesChannel(looks: Looks, id: string, live: boolean): Channel {
  return {
    event: 'nodes',
    seen: NOTHING_SEEN,
    next: async (seen) => {
      const look = looks.nodes(id);
      const { value } = await look.see(live);
      if (value.version === seen) return undefined;
      const { whole, changed, gone } = changesSince(look.seenBefore(seen), value, ({ name }) => name);
      const data: EventData<'nodes'> = {
        ...allNodes(id, value),
        whole,
        cells: [...changed],
        gone: [...gone],
      };
      return { seen: value.version, data };
    },
  };
}
