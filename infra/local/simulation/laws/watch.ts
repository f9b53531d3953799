import type { InProcessWorld } from '../../in-process/index.ts';
import type { Case } from '../case.ts';
import type { Violation } from '../verdict.ts';
import { Nodes } from './nodes.ts';
import { ProductsHand } from './products-hand.ts';
import { changesSomething, computeRequest } from './requests.ts';
import type { LawWatcher, Scene, Watcher } from './scene.ts';
import { StoredDocuments } from './stored.ts';

export interface LawWatch {
  /** So far, in the order in which they were seen; what takes the whole run to judge comes with the end. */
  violations(): readonly Violation[];
  /** To be called once, when the run is over and before the world is stopped. */
  end(): Promise<void>;
}

/** More of one law than these say nothing new. */
const MOST_OF_A_LAW = 5;

/** Has the watchers hear of everything that happens in the world from now on. */
export function watchWith(
  world: InProcessWorld,
  theCase: Case,
  lawWatchers: readonly LawWatcher[],
): LawWatch {
  const begin = world.clock.now();
  const violations: Violation[] = [];
  const stored = new StoredDocuments();
  const nodes = new Nodes(world);
  const hand = new ProductsHand();
  const scene: Scene = {
    nodes,
    hand,
    world,
    theCase,
    stored,
    resources: world.compute.resources,
    now: () => world.clock.now(),
    broken: (law, message, atMs = world.clock.now()) => {
      if (violations.filter((violation) => violation.law === law).length >= MOST_OF_A_LAW) return;
      violations.push({ law, atSeconds: (atMs - begin) / 1_000, message });
    },
  };
  const watchers = lawWatchers.map((watcher) => watcher(scene));
  const having = <Name extends keyof Watcher>(name: Name) => watchers.filter((watcher) => watcher[name]);
  const [asked, changed, clusterAsked, clusterChanged, written, called, sent] = [
    having('asked'),
    having('changed'),
    having('clusterAsked'),
    having('clusterChanged'),
    having('written'),
    having('called'),
    having('sent'),
  ];
  /** Requests to a simulated API server have their effect before the first await of their answer. */
  let productAsks = false;
  const endings = [
    world.witnesses.add({
      computeAsked: (wire) => {
        const request = computeRequest(wire);
        if (!changesSomething(request) && request.collection !== 'instances') return undefined;
        hand.note(request);
        const listeners = asked.flatMap((watcher) => watcher.asked?.(request) ?? []);
        return listeners.length === 0
          ? undefined
          : (answer) => {
              for (const listen of listeners) listen(answer);
            };
      },
      clusterAsked: (which, request) => {
        if (request.method === 'GET') return undefined;
        productAsks = which === 'cluster';
        queueMicrotask(() => {
          productAsks = false;
        });
        const listeners = clusterAsked.flatMap((watcher) => watcher.clusterAsked?.(which, request) ?? []);
        return (answer) => {
          for (const listen of listeners) listen(answer);
        };
      },
      committed: (writes) => {
        const changes = writes.map((write) => stored.apply(write));
        for (const change of changes) for (const watcher of written) watcher.written?.(change);
      },
    }),
    world.compute.onEvent((event) => {
      for (const watcher of changed) watcher.changed?.(event);
    }),
    world.cluster.onChange((change) => {
      nodes.follow(change);
      for (const watcher of clusterChanged) watcher.clusterChanged?.(change, productAsks);
    }),
    world.outgoing.onOutgoing((call) => {
      productAsks = false;
      for (const watcher of sent) watcher.sent?.(call);
      return undefined;
    }),
    world.onCall((call) => {
      for (const watcher of called) watcher.called?.(call);
      return undefined;
    }),
  ];
  return {
    violations: () => violations,
    end: async () => {
      for (const end of endings) end();
      for (const watcher of watchers) watcher.end?.();
    },
  };
}
