import type { Write } from '../../../shared/store/documents.ts';
import type { Change } from '../cluster/store/store.ts';
import type { ComputeEvent } from '../gce/index.ts';
import type { InProcessWorld, OutgoingCall } from '../in-process/index.ts';
import type { Fault } from './faults/index.ts';
import type { History } from './history.ts';

/** Who hears of what is recorded, and what the world does not tell by itself. */
export interface Recorded {
  call(call: OutgoingCall): void;
  message(topic: string): void;
  /** The faults that struck so far, in their order. */
  struck(): readonly Fault[];
}

/**
 * Writes down all that happens in a world from now on: each call of the product with its arguments, each request with its
 * answer, each message and what became of it, each write, each fault, and each change in cloud and clusters, by whomever.
 * Returns a function that ends that.
 */
export function record(world: InProcessWorld, history: History, recorded: Recorded): () => void {
  const tellRuns = telling(
    () => world.runLog.runs,
    (run) => history.add('ran', run),
  );
  const tellFaults = telling(recorded.struck, (fault) => history.add('fault', fault));
  const tellNews = () => {
    tellFaults();
    tellRuns();
  };
  const endings = [
    world.onCall(({ port, method, args, step, fence }) => {
      tellNews();
      // What is written to the store is told when it is written.
      history.add('call', `${port}.${method}`, step ?? '', fence ?? '', method === 'commit' ? '' : args);
      return undefined;
    }),
    world.outgoing.onOutgoing((call) => {
      recorded.call(call);
      tellFaults();
      history.add('out', call.number, call.port, call.method, call.subject);
      return undefined;
    }),
    world.bus.onMessage(({ id, topic }) => {
      tellNews();
      recorded.message(topic);
      history.add('message', id, topic);
      return undefined;
    }),
    world.witnesses.add({
      computeAsked: (request) => {
        const { method, url } = request;
        history.add('compute', method, url, request.call?.body ?? request.body);
        // What is read is long, and follows from the changes that are told of.
        return ({ status, body }) => {
          history.add('answered', method, url, status, method === 'GET' && status === 200 ? '' : body);
        };
      },
      clusterAsked: (which, { method, url, body }) => {
        history.add(which, method, url.pathname, url.search, body ?? '');
        return ({ status }) => history.add('answered', method, url.pathname, status);
      },
      committed: (writes) => {
        for (const write of writes) history.add('stored', ...storedText(write));
      },
    }),
    world.compute.onEvent((event) => history.add('event', ...eventText(event))),
    world.cluster.onChange((change) => history.add('cluster', ...changeText(change))),
    world.garden.onChange((change) => history.add('garden', ...changeText(change))),
    tellNews,
  ];
  return () => {
    for (const end of endings) end();
  };
}

/** Tells of what is new in a list that grows, whenever it is called. */
function telling<Item>(items: () => readonly Item[], tell: (item: Item) => void): () => void {
  let told = 0;
  return () => {
    for (const item of items().slice(told)) {
      told += 1;
      tell(item);
    }
  };
}

function storedText(write: Write): readonly unknown[] {
  return [write.kind, write.path, 'fields' in write ? write.fields : ''];
}

function eventText({ at, type, ...rest }: ComputeEvent): readonly unknown[] {
  return [at, type, ...Object.values(rest).map(nameOf)];
}

/** A resource is long and was told of when somebody asked for the change; which one it is suffices. */
function nameOf(value: unknown): unknown {
  const isResource = typeof value === 'object' && value !== null && 'name' in value && 'id' in value;
  return isResource ? value.name : value;
}

/** The version counts every change of any object, so that one that is missing or out of order shows. */
function changeText({ type, resource, object, version }: Change): readonly unknown[] {
  const { namespace, name } = object.metadata;
  return [type, resource.id, namespace ?? '', name, version];
}
