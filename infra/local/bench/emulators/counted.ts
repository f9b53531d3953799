import type { Bus } from '../../../../shared/bus/bus.ts';
import type { Documents } from '../../../../shared/store/documents.ts';

/** Round trips so far. */
export interface RoundTrips {
  gets: number;
  lists: number;
  commits: number;
  publishes: number;
}

export function noRoundTrips(): RoundTrips {
  return { gets: 0, lists: 0, commits: 0, publishes: 0 };
}

export function countedDocuments(documents: Documents, trips: RoundTrips): Documents {
  return {
    get: (path) => {
      trips.gets += 1;
      return documents.get(path);
    },
    list: (collection, query) => {
      trips.lists += 1;
      return documents.list(collection, query);
    },
    commit: (writes) => {
      trips.commits += 1;
      return documents.commit(writes);
    },
  };
}

export function countedBus(bus: Bus, trips: RoundTrips): Bus {
  return {
    publish: (topic, message) => {
      trips.publishes += 1;
      return bus.publish(topic, message);
    },
  };
}
