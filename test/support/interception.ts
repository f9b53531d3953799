import { type Bus, BusUnavailable } from '../../shared/bus/bus.ts';
import { type Documents, StoreUnavailable } from '../../shared/store/documents.ts';

/** A call on its way from the product to the world outside. */
export interface Call {
  readonly port: 'documents' | 'bus' | 'world';
  readonly method: string;
  /** Path, collection, topic, or name of a thing; several joined by a space. */
  readonly target: string;
}

/** What befalls a call: before it has its effect, or after it, so that only the answer is lost. */
export interface Fault {
  readonly before?: () => Promise<unknown>;
  readonly after?: () => Promise<unknown>;
}

export type Interceptor = (call: Call) => Fault | undefined;

/** Makes the call as the interceptor lets it. */
export async function intercepted<Answer>(
  intercept: Interceptor,
  call: Call,
  effect: () => Promise<Answer>,
): Promise<Answer> {
  const fault = intercept(call);
  await fault?.before?.();
  try {
    return await effect();
  } finally {
    await fault?.after?.();
  }
}

export function interceptedDocuments(documents: Documents, intercept: Interceptor): Documents {
  const through = <Answer>(method: string, target: string, effect: () => Promise<Answer>) =>
    intercepted(intercept, { port: 'documents', method, target }, effect);
  return {
    get: (path) => through('get', path, () => documents.get(path)),
    list: (collection, query) => through('list', collection, () => documents.list(collection, query)),
    commit: (writes) =>
      through('commit', writes.map(({ path }) => path).join(' '), () => documents.commit(writes)),
  };
}

export function interceptedBus(bus: Bus, intercept: Interceptor): Bus {
  return {
    publish: (topic, message) =>
      intercepted(intercept, { port: 'bus', method: 'publish', target: topic }, () =>
        bus.publish(topic, message),
      ),
  };
}

/** Lets `fault` befall the `nth` call (counted from 1) among those that match. */
export function onNth(nth: number, matches: (call: Call) => boolean, fault: Fault): Interceptor {
  let seen = 0;
  return (call) => {
    if (!matches(call)) return undefined;
    seen += 1;
    return seen === nth ? fault : undefined;
  };
}

/** Lets `fault` befall every call that matches. */
export function onEvery(matches: (call: Call) => boolean, fault: Fault): Interceptor {
  return (call) => (matches(call) ? fault : undefined);
}

/** The port does not answer: the error that its adapter throws. */
export function unavailable({ port }: Pick<Call, 'port'>): () => Promise<never> {
  return async () => {
    throw port === 'bus'
      ? new BusUnavailable('no answer (a test)')
      : new StoreUnavailable('no answer (a test)');
  };
}

/** Never answers. */
export function hangs(): Promise<never> {
  return new Promise(() => undefined);
}

/** A gate in a call's way: `arrived` resolves when the call stands before it, `open` lets it pass. */
export function gate(): { pass: () => Promise<void>; arrived: Promise<void>; open: () => void } {
  const arriving = Promise.withResolvers<void>();
  const opening = Promise.withResolvers<void>();
  return {
    pass: async () => {
      arriving.resolve();
      await opening.promise;
    },
    arrived: arriving.promise,
    open: opening.resolve,
  };
}

export const commitsTo =
  (document: string) =>
  ({ port, method, target }: Call): boolean =>
    port === 'documents' && method === 'commit' && target.split(' ').includes(document);
