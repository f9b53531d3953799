import type { z } from 'zod';
import type { Topic } from '../../shared/bus/topics.ts';
import { type Meant, sentSchema } from '../../shared/edge/operate/act-messages.ts';
import type { Wishes } from '../../shared/engine/nudge.ts';
import type { rolloutOrderSchema } from '../../shared/fleet/index.ts';
import type {
  FleetView,
  HistoryPage,
  MigrationView,
  NodesView,
  RolloutView,
} from '../../shared/view/index.ts';

/**
 * The port to the functions, in the words of who operates them: what is to be seen, and what can be asked for. Adapters: `api/`
 * asks the functions `status` and `operate`, `project/` reads Firestore and publishes on Pub/Sub itself. Every call may be
 * repeated, but acts are then asked for twice. Throws {@link CommandError}, and nothing else, when it is not done as asked.
 */
export interface Operations {
  /** All shoots with a migration, those that need a human first. */
  fleet(): Promise<FleetView>;
  /** Of a shoot (`namespace/name`) the active migration, else the newest; undefined where there is none. */
  migrationOf(shoot: string): Promise<MigrationView | undefined>;
  migration(id: string): Promise<MigrationView | undefined>;
  /** `live`: as cloud and cluster show them now. */
  nodes(id: string, live: boolean): Promise<NodesView>;
  /** Entries after number `after`, -1 for the beginning. */
  history(id: string, range: { readonly after: number; readonly limit: number }): Promise<HistoryPage>;
  /** In which order shoots are let in, which wait and why, and what is held. */
  rollout(): Promise<RolloutView>;
  /** Resolves when it was asked for; what becomes of it stands in the history. */
  act(act: Act): Promise<Sent>;
  /** Gives connections back. */
  close(): Promise<void>;
}

export type Act =
  | { readonly kind: 'pause' | 'resume' | 'abort'; readonly migration: Meant }
  | { readonly kind: 'retry'; readonly migration: Meant; readonly wishes: Partial<Wishes> }
  | { readonly kind: 'hold'; readonly scope: Scope; readonly held: true }
  | {
      readonly kind: 'hold';
      readonly scope: Scope;
      readonly held: false;
      readonly perMinute?: number | undefined;
    }
  | { readonly kind: 'rollout'; readonly order: z.input<typeof rolloutOrderSchema> }
  | { readonly kind: 'publish'; readonly topic: Topic; readonly body: Readonly<Record<string, unknown>> };

/** Many shoots at once, those included that start later. */
export type Scope =
  | { readonly kind: 'project' | 'namespace'; readonly name: string }
  | { readonly kind: 'all' };

/** What the API answers to an act; without `act` where the message was published past `operate`, which puts acts on record. */
export type Sent = z.infer<typeof sentWithOrWithoutAct>;
export const sentWithOrWithoutAct = sentSchema.partial({ act: true });
