import type { Kind } from './kinds.ts';
import type { Manifest, Tried } from './report/schema.ts';

/** What became of a list: its objects, or why there are none. */
export type ListAnswer<Item> =
  | {
      readonly kind: 'listed';
      readonly items: readonly Item[];
      /** Objects that could not be understood, and why. */
      readonly strange: readonly { readonly name: string; readonly why: string }[];
    }
  | { readonly kind: 'not served' }
  | { readonly kind: 'not to be had'; readonly why: string };

/**
 * The port to a cluster that is looked at, by whatever kubeconfig reaches it. Nothing here changes anything: what is tried out is
 * a dry run. Adapter: `client/`.
 */
export interface AuditedCluster {
  /** The API server's URL. */
  readonly server: string;
  /**
   * The API server's version, e.g. `v1.34.2`.
   *
   * @throws ClusterUnavailable, ClusterRefused, NoAccess: then nothing else can be asked either.
   */
  version(): Promise<string>;
  /** All objects of a kind, of all namespaces. Never throws for want of a right or a kind, nor when no answer comes. */
  list<Item>(kind: Kind, understand: (raw: unknown) => Item): Promise<ListAnswer<Item>>;
  /** The `data` of a ConfigMap; undefined where there is none, or where one may not look. */
  configMap(namespace: string, name: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** Whether the API server gives Services addresses of both families, by a dry run. */
  dualStackServices(): Promise<'yes' | 'no' | 'unknown'>;
  /** Has the API server check a manifest as if it were sent, without storing it. */
  tryOut(manifest: Manifest): Promise<Tried>;
}
