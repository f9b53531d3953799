import { RenewedKubeConfig, shootByGarden } from '../../shared/kubernetes/access/index.ts';
import { kubernetesCluster, parseKubeconfig } from '../../shared/kubernetes/client/index.ts';
import type { Cluster } from '../../shared/kubernetes/cluster.ts';
import {
  type Asked,
  HANG_UP,
  kubeconfigWith,
  type Reply,
  settableClock,
  startServer,
  status,
} from './server.ts';

export const SHOOT = { namespace: 'garden-core', name: 'api' };
/** Of a kind that nothing recognises by its looks. */
export const GARDEN_TOKEN = 'opaque-garden-credential-77ab';
const SUBRESOURCE =
  /\/apis\/core\.gardener\.cloud\/v1beta1\/namespaces\/garden-core\/shoots\/api\/(admin|viewer)kubeconfig$/;

export interface Issued {
  readonly kind: 'admin' | 'viewer';
  readonly token: string;
  readonly requested: { readonly apiVersion: string; readonly kind: string; readonly seconds: number };
}

/** A garden that issues kubeconfigs, and the shoot's API server that takes what it issued. */
export interface GardenWorld {
  readonly gardenUrl: string;
  readonly gardenKubeconfig: string;
  readonly clock: ReturnType<typeof settableClock>;
  readonly issued: readonly Issued[];
  /** Tokens of all requests to the shoot, in their order. */
  readonly shootSaw: readonly (string | undefined)[];
  /** Takes it from the credentials that were issued so far. */
  revoke(): void;
  /** Seconds that the next kubeconfigs are good for; by default what was asked for. */
  goodFor: number | undefined;
  /** How far the garden's clock is ahead of the functions', in seconds. */
  gardenAhead: number;
  sendsDate: boolean;
  /** In place of a kubeconfig. */
  gardenAnswers: ((asked: Asked) => Reply | typeof HANG_UP | undefined) | undefined;
  /** In place of nodes. */
  shootAnswers: ((asked: Asked) => Reply | undefined) | undefined;
  /** The shoot's cluster as a run of the functions has it; all with the same credentials. */
  cluster(kubeconfig?: RenewedKubeConfig): Cluster;
  kubeconfig(purpose?: 'act' | 'plan'): RenewedKubeConfig;
}

export async function startGardenWorld(): Promise<GardenWorld> {
  const clock = settableClock();
  const issued: Issued[] = [];
  const shootSaw: (string | undefined)[] = [];
  const taken = new Set<string>();
  const shootUrl = await startServer((asked) => {
    const token = bearer(asked.headers.authorization);
    shootSaw.push(token);
    if (token === undefined || !taken.has(token)) return status(401, 'Unauthorized', 'Unauthorized');
    return (
      world.shootAnswers?.(asked) ?? { status: 200, body: { kind: 'NodeList', metadata: {}, items: [] } }
    );
  });

  function answer(asked: Asked): Reply | typeof HANG_UP {
    const date = { date: new Date(clock.now() + world.gardenAhead * 1000).toUTCString() };
    const other = world.gardenAnswers?.(asked);
    if (other !== undefined)
      return other === HANG_UP ? other : { ...other, headers: { ...date, ...other.headers } };
    if (bearer(asked.headers.authorization) !== GARDEN_TOKEN)
      return status(401, 'Unauthorized', 'Unauthorized');
    const kind = SUBRESOURCE.exec(asked.path)?.[1];
    if (asked.method !== 'POST' || (kind !== 'admin' && kind !== 'viewer')) {
      return status(404, 'NotFound', 'the server could not find the requested resource');
    }
    const { apiVersion, kind: asKind, spec } = JSON.parse(asked.body);
    const seconds = world.goodFor ?? spec.expirationSeconds;
    const token = `issued-${kind}-${issued.length + 1}`;
    taken.add(token);
    issued.push({ kind, token, requested: { apiVersion, kind: asKind, seconds: spec.expirationSeconds } });
    const expirationTimestamp = new Date(clock.now() + (world.gardenAhead + seconds) * 1000).toISOString();
    const kubeconfig = Buffer.from(kubeconfigWith(shootUrl, token)).toString('base64');
    return {
      status: 201,
      body: { apiVersion, kind: asKind, spec, status: { kubeconfig, expirationTimestamp } },
      ...(world.sendsDate && { headers: date }),
    };
  }

  const gardenUrl = await startServer(answer);
  const gardenKubeconfig = kubeconfigWith(gardenUrl, GARDEN_TOKEN);
  const world: GardenWorld = {
    gardenUrl,
    gardenKubeconfig,
    clock,
    issued,
    shootSaw,
    revoke: () => taken.clear(),
    goodFor: undefined,
    gardenAhead: 0,
    sendsDate: true,
    gardenAnswers: undefined,
    shootAnswers: undefined,
    cluster: (kubeconfig = world.kubeconfig()) => kubernetesCluster({ kubeconfig, clock }),
    kubeconfig: (purpose = 'act') => {
      const garden = () => parseKubeconfig(gardenKubeconfig);
      return new RenewedKubeConfig(shootByGarden({ garden, clock, shoot: SHOOT, purpose }), clock);
    },
  };
  return world;
}

function bearer(header: string | undefined): string | undefined {
  return /^Bearer (.+)$/.exec(header ?? '')?.[1];
}
