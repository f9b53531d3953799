import { z } from 'zod';
import { computeScenario } from '../../infra/local/example/compute-scenario.ts';
import { type ExampleOptions, exampleCluster } from '../../infra/local/example/nodes.ts';
import type { ComputeOptions } from '../../infra/local/gce/index.ts';
import { computeInProcess, spanOf } from '../../infra/local/gce/index.ts';
import { virtualClock } from '../support/virtual-clock.ts';

/** Operations take ten seconds, answers none, changes reach the network at once: easy to reckon with. */
export const TEN_SECONDS = { read: spanOf(0), request: spanOf(0), operation: spanOf(10_000) };
export const AT_ONCE = { route: spanOf(0), instance: spanOf(0), subnetwork: spanOf(0) };

const operation = z.looseObject({
  name: z.string(),
  selfLink: z.string(),
  status: z.string(),
  error: z.object({ errors: z.array(z.object({ code: z.string(), message: z.string() })) }).optional(),
  httpErrorStatusCode: z.number().optional(),
});
const refusal = z.object({
  error: z.looseObject({
    code: z.number(),
    message: z.string(),
    errors: z.array(z.object({ reason: z.string(), domain: z.string(), message: z.string() })),
  }),
});

export type TestOptions = Partial<ComputeOptions> & { readonly cluster?: Partial<ExampleOptions> };

/** An example cluster of four nodes in a simulated project on a clock that the test moves, called as over the wire. */
export function exampleProject(options: TestOptions = {}) {
  const clock = virtualClock();
  const cluster = exampleCluster({ nodes: 4, ...options.cluster });
  const compute = computeInProcess({
    clock,
    scenario: computeScenario(cluster),
    latency: TEN_SECONDS,
    propagation: AT_ONCE,
    ...options,
  });

  async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const url = `/compute/v1/projects/${cluster.project}${path === '' ? '' : `/${path}`}`;
    const text = body === undefined ? '' : JSON.stringify(body);
    return clock.until(compute.answer({ method, url, headers, body: text }));
  }

  /** The body of a GET that must succeed. */
  async function get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const { status, body } = await call('GET', path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    return schema.parse(body);
  }

  /** The status and reason of an answer that must be a refusal. */
  async function refused(method: string, path: string, body?: unknown) {
    const answer = await call(method, path, body);
    const { error } = refusal.parse(answer.body);
    return { status: answer.status, reason: error.errors[0]?.reason, message: error.message };
  }

  /** The operation of a mutation that must be accepted, once it is done. */
  async function done(method: string, path: string, body?: unknown) {
    const answer = await call(method, path, body);
    if (answer.status !== 200)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    const started = operation.parse(answer.body);
    const place = started.selfLink.slice(
      started.selfLink.indexOf(`${cluster.project}/`) + cluster.project.length + 1,
    );
    const ended = operation.parse((await call('POST', `${place}/wait`)).body);
    return { ...ended, failure: ended.error?.errors[0] };
  }

  const network = `projects/${cluster.project}/global/networks/${cluster.technicalId}`;
  const nodesSubnet = `regions/${cluster.region}/subnetworks/${cluster.technicalId}-nodes`;
  const node = (index: number) => {
    const found = cluster.nodes[index];
    if (found === undefined) throw new Error(`the example has no node ${index}`);
    return { ...found, path: `zones/${found.zone}/instances/${found.name}` };
  };
  const routeOf = (index: number) => `global/routes/${cluster.technicalId.slice(0, 26)}-${node(index).uid}`;

  async function subnet() {
    return get(
      nodesSubnet,
      z.looseObject({
        fingerprint: z.string(),
        secondaryIpRanges: z
          .array(z.looseObject({ rangeName: z.string(), ipCidrRange: z.string() }))
          .optional(),
      }),
    );
  }

  /** Patches the nodes subnet with its present fingerprint. */
  async function patchSubnet(fields: object) {
    return done('PATCH', nodesSubnet, { ...fields, fingerprint: (await subnet()).fingerprint });
  }

  async function subnetRefusal(fields: object) {
    return refused('PATCH', nodesSubnet, { ...fields, fingerprint: (await subnet()).fingerprint });
  }

  async function nic(index: number) {
    const instance = await get(
      node(index).path,
      z.looseObject({ networkInterfaces: z.array(nicShape).min(1) }),
    );
    const found = instance.networkInterfaces[0];
    if (found === undefined) throw new Error(`node ${index} has no NIC`);
    return found;
  }

  const nicPath = (index: number) => `${node(index).path}/updateNetworkInterface?networkInterface=nic0`;

  /** Patches nic0 of a node with its present fingerprint. */
  async function patchNic(index: number, fields: object) {
    return done('PATCH', nicPath(index), { ...fields, fingerprint: (await nic(index)).fingerprint });
  }

  async function nicRefusal(index: number, fields: object) {
    return refused('PATCH', nicPath(index), { ...fields, fingerprint: (await nic(index)).fingerprint });
  }

  const alias = (index: number) => ({
    ipCidrRange: node(index).podCidr,
    subnetworkRangeName: 'ipv4-pod-cidr',
  });
  const podRange = { rangeName: 'ipv4-pod-cidr', ipCidrRange: cluster.podsCidr };

  return {
    ...{
      compute,
      clock,
      cluster,
      call,
      get,
      refused,
      done,
      network,
      nodesSubnet,
      node,
      routeOf,
      alias,
      podRange,
    },
    ...{ subnet, patchSubnet, subnetRefusal, nic, nicPath, patchNic, nicRefusal },
  };
}

const nicShape = z.looseObject({
  fingerprint: z.string(),
  stackType: z.string(),
  aliasIpRanges: z
    .array(z.looseObject({ ipCidrRange: z.string(), subnetworkRangeName: z.string().optional() }))
    .optional(),
  ipv6AccessConfigs: z.array(z.looseObject({ externalIpv6: z.string() })).optional(),
});
