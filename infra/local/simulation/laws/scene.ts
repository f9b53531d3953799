import type { Change } from '../../cluster/store/store.ts';
import type { ComputeEvent, Resources } from '../../gce/index.ts';
import type { ClusterRequest, InProcessWorld, OutgoingCall, PortCall } from '../../in-process/index.ts';
import type { Case } from '../case.ts';
import type { LawName } from './law.ts';
import type { Nodes } from './nodes.ts';
import type { ProductsHand } from './products-hand.ts';
import type { ComputeAnswer, ComputeRequest } from './requests.ts';
import type { StoredChange, StoredDocuments } from './stored.ts';

/** What a law looks at, and whom it tells. */
export interface Scene {
  readonly world: InProcessWorld;
  readonly theCase: Case;
  readonly stored: StoredDocuments;
  readonly resources: Resources;
  readonly nodes: Nodes;
  readonly hand: ProductsHand;
  /** Milliseconds of the world's clock. */
  now(): number;
  /** Reports that a law was broken, now unless an instant (milliseconds) is given. */
  broken(law: LawName, message: string, atMs?: number): void;
}

/** What a law wants to hear of. All of it is told in the order in which it happens. */
export interface Watcher {
  /** A request of the product as it arrives at Compute Engine; what is returned hears the answer. */
  asked?(request: ComputeRequest): ((answer: ComputeAnswer) => void) | undefined;
  /** A change in the project, by whomever. */
  changed?(event: ComputeEvent): void;
  /** A request of the product to the API server of shoot or garden. */
  clusterAsked?(
    which: 'cluster' | 'garden',
    request: ClusterRequest,
  ): ((answer: { readonly status: number }) => void) | undefined;
  /** A change in the shoot's cluster; `byProduct`, when a request of the product made it. */
  clusterChanged?(change: Change, byProduct: boolean): void;
  /** A document was written. All documents of the same commit have been applied. */
  written?(change: StoredChange): void;
  /** The product is about to make a call; what befalls the call is decided elsewhere. */
  called?(call: PortCall): void;
  /** A request, an operation of the store or a publish leaves an instance; it may never arrive, or late, or twice. */
  sent?(call: OutgoingCall): void;
  /** The run is over and the world quiet. */
  end?(): void;
}

export type LawWatcher = (scene: Scene) => Watcher;
