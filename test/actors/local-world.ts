import type { ActorDelays, ActorReport, Actors } from '../../infra/local/actors/index.ts';
import { bindCluster, bindGarden, FAST_DELAYS, startActors } from '../../infra/local/actors/index.ts';
import type { Cluster, Delays, JsonObject, Node, Pod } from '../../infra/local/cluster/index.ts';
import { createCluster, deployments, events, nodes, pods, shoots } from '../../infra/local/cluster/index.ts';
import { clusterScenario } from '../../infra/local/example/cluster-scenario.ts';
import { computeScenario } from '../../infra/local/example/compute-scenario.ts';
import type { ExampleCluster } from '../../infra/local/example/nodes.ts';
import { exampleCluster } from '../../infra/local/example/nodes.ts';
import { exampleShoot } from '../../infra/local/example/shoot.ts';
import type { ComputeInProcess, Route } from '../../infra/local/gce/index.ts';
import { computeInProcess, FAST_LATENCY } from '../../infra/local/gce/index.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';
import { virtualClock } from '../support/virtual-clock.ts';

export interface WorldOptions {
  readonly nodes?: number;
  /**
   * How the nodes' pod CIDRs are carried: by routes, or by aliases of a nodes subnet that has the secondary
   * range and is dual-stack already, as a migration leaves it before the nodes are rolled.
   */
  readonly carriedBy?: 'routes' | 'aliases';
  /** In place of the example's arguments of the cloud-controller-manager. */
  readonly cloudControllerArguments?: readonly string[];
  readonly delays?: Partial<ActorDelays>;
  readonly clusterDelays?: Partial<Delays>;
  readonly ipFamilies?: readonly string[];
  readonly nodeOrders?: 'deletion' | 'annotation';
}

export const CLOUD_ALLOCATOR = ['--configure-cloud-routes=false', '--cidr-allocator-type=CloudAllocator'];
export const ALLOCATE = '--allocate-node-cidrs=true';

/** Both simulators in process with the actors on them, on a clock that the test moves. */
export class LocalWorld {
  readonly clock: VirtualClock;
  readonly example: ExampleCluster;
  readonly compute: ComputeInProcess;
  readonly cluster: Cluster;
  readonly reports: ActorReport[] = [];
  readonly #options: WorldOptions;
  #actors: Actors | undefined;

  constructor(options: WorldOptions = {}) {
    this.#options = options;
    this.clock = virtualClock();
    this.example = exampleCluster({ nodes: options.nodes ?? 3 });
    const scenario = computeScenario(this.example);
    this.compute = computeInProcess({
      clock: this.clock,
      scenario: options.carriedBy === 'aliases' ? aliased(this.example, scenario) : scenario,
      latency: FAST_LATENCY,
      propagation: {
        route: { min: 100, max: 200 },
        instance: { min: 100, max: 200 },
        subnetwork: { min: 100, max: 200 },
      },
    });
    const { networking, ...spec } = exampleShoot(this.example.nodes.length).spec;
    const ipFamilies = options.ipFamilies ?? ['IPv4', 'IPv6'];
    const shoot = {
      ...exampleShoot(this.example.nodes.length),
      spec: { ...spec, networking: { ...networking, ipFamilies } },
    };
    this.cluster = createCluster({
      clock: this.clock,
      objects: [
        ...clusterScenario(this.example).map((object) => this.#adapted(object)),
        JSON.parse(JSON.stringify(shoot)),
      ],
      delays: options.clusterDelays ?? {},
      serviceClusterIpRanges: [this.example.servicesCidr],
    });
  }

  static async start(options: WorldOptions = {}): Promise<LocalWorld> {
    const world = new LocalWorld(options);
    await world.startActors();
    return world;
  }

  async startActors(): Promise<Actors> {
    const starting = startActors({
      clock: this.clock,
      compute: this.compute,
      cluster: bindCluster(this.cluster, this.clock),
      garden: bindGarden(this.cluster, SHOOT),
      technicalId: this.example.technicalId,
      delays: { ...FAST_DELAYS, ...this.#options.delays },
      nodeOrders: this.#options.nodeOrders ?? 'deletion',
      report: (line) => this.reports.push(line),
    });
    this.#actors = await this.clock.until(starting);
    return this.#actors;
  }

  get actors(): Actors {
    if (this.#actors === undefined) throw new Error('the actors were not started');
    return this.#actors;
  }

  async stop(): Promise<void> {
    await this.#actors?.stop();
    this.cluster.stop();
    this.compute.stop();
  }

  nodes(): Node[] {
    return [...this.cluster.api.list(nodes).items];
  }

  node(name: string): Node | undefined {
    return this.nodes().find((node) => node.metadata.name === name);
  }

  pods(namespace: string): Pod[] {
    return [...this.cluster.api.list(pods, { namespace }).items];
  }

  cloudControllerPods(): Pod[] {
    return this.pods('kube-system').filter(
      ({ metadata }) => metadata.labels?.role === 'cloud-controller-manager',
    );
  }

  /** Changes the Deployment's arguments, as the migration does; its pods follow in their own time. */
  setCloudControllerArguments(args: readonly string[]): void {
    const containers = [{ name: 'cloud-controller-manager', args }];
    const body = { spec: { template: { spec: { containers } } } };
    this.cluster.api.patch(deployments, CLOUD_CONTROLLER, { kind: 'strategic', body });
  }

  scaleCloudController(replicas: number): void {
    this.cluster.api.patch(deployments, CLOUD_CONTROLLER, { kind: 'merge', body: { spec: { replicas } } });
  }

  async podRoutes(): Promise<readonly Route[]> {
    const all = await this.clock.until(this.compute.actors.listRoutes());
    return all.filter(({ description }) => description === 'k8s-node-route');
  }

  deleteRoute(name: string): Promise<void> {
    return this.clock.until(this.compute.actors.deleteRoute(name));
  }

  eventReasons(node: string): string[] {
    const { items } = this.cluster.api.list(events, { fieldSelector: `involvedObject.name=${node}` });
    return items.map((event) => String(event.reason));
  }

  annotateShoot(operation: string): void {
    const metadata = { annotations: { 'gardener.cloud/operation': operation } };
    this.cluster.api.patch(shoots, SHOOT, { kind: 'merge', body: { metadata } });
  }

  shoot() {
    return this.cluster.api.get(shoots, SHOOT);
  }

  #adapted(object: JsonObject): JsonObject {
    const args = this.#options.cloudControllerArguments;
    const text = JSON.stringify(object);
    if (args === undefined || !text.includes('"--allocate-node-cidrs=true"')) return object;
    return JSON.parse(text, (field, value) => (field === 'args' ? args : value));
  }
}

const CLOUD_CONTROLLER = { namespace: 'kube-system', name: 'cloud-controller-manager' };
const SHOOT = { namespace: 'garden-core', name: 'api' };

/** The same VPC after the routes have become aliases and the subnets dual-stack. */
function aliased(example: ExampleCluster, scenario: ReturnType<typeof computeScenario>) {
  const dualStack = { stackType: 'IPV4_IPV6', ipv6AccessType: 'EXTERNAL' };
  const [nodesSubnet, ...others] = scenario.subnetworks;
  const podRange = { rangeName: 'ipv4-pod-cidr', ipCidrRange: example.podsCidr };
  return {
    ...scenario,
    subnetworks: [
      { ...nodesSubnet, ...dualStack, secondaryIpRanges: [podRange] },
      ...others.map((subnet) => ({ ...subnet, ...dualStack })),
      {
        name: `${example.technicalId}-services`,
        network: `projects/${example.project}/global/networks/${example.technicalId}`,
        region: example.region,
        ipCidrRange: example.servicesCidr,
        ...dualStack,
      },
    ],
    instances: scenario.instances.map((instance, index) => {
      const alias = { ipCidrRange: example.nodes[index]?.podCidr, subnetworkRangeName: 'ipv4-pod-cidr' };
      return JSON.parse(JSON.stringify(instance), (field, value) =>
        field === 'networkInterfaces' ? [{ ...value[0], aliasIpRanges: [alias] }] : value,
      );
    }),
    routes: scenario.routes.filter((route) => !JSON.stringify(route).includes('k8s-node-route')),
  };
}
