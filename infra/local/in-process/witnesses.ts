import type { Documents, Write } from '../../../shared/store/documents.ts';
import type { WireAnswer, WireRequest } from '../gce/index.ts';
import { heardCommits } from './heard-commits.ts';

/** A request of a function to an API server, as it arrives there. */
export interface ClusterRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: string | undefined;
}

/** Hears of what passes between the functions and their world, without a say in it. */
export interface Witness {
  /** A request as it arrives at Compute Engine. What is returned hears the answer, if there is one. */
  computeAsked?(request: WireRequest): ((answer: WireAnswer) => void) | undefined;
  /** The same at the API server of the shoot or of the garden; what the request changes has changed when it is answered. */
  clusterAsked?(
    which: 'cluster' | 'garden',
    request: ClusterRequest,
  ): ((answer: { readonly status: number }) => void) | undefined;
  /** What the store has just applied, whole. */
  committed?(writes: readonly Write[]): void;
}

/** Those who hear of everything that passes between the functions of a world and the world. */
export class Witnesses {
  readonly #present = new Set<Witness>();

  /** Returns a function that ends it. */
  add(witness: Witness): () => void {
    this.#present.add(witness);
    return () => this.#present.delete(witness);
  }

  /** Compute Engine with its clients' requests heard of. */
  compute(answer: (request: WireRequest) => Promise<WireAnswer>): typeof answer {
    return async (request) => {
      const listeners = [...this.#present].flatMap((witness) => witness.computeAsked?.(request) ?? []);
      const answered = await answer(request);
      for (const listen of listeners) listen(answered);
      return answered;
    };
  }

  /** The way to an API server with the requests heard of. */
  cluster<Request extends ClusterRequest, Answer extends { readonly status: number }>(
    which: 'cluster' | 'garden',
    send: (request: Request) => Promise<Answer>,
  ): typeof send {
    return async (request) => {
      const listeners = [...this.#present].flatMap((witness) => witness.clusterAsked?.(which, request) ?? []);
      const answered = await send(request);
      for (const listen of listeners) listen(answered);
      return answered;
    };
  }

  /** The store with what it applies heard of. */
  documents(documents: Documents): Documents {
    return heardCommits(documents, (writes) => {
      for (const witness of this.#present) witness.committed?.(writes);
    });
  }
}
