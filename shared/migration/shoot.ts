import { z } from 'zod';
import { type Cidr, InvalidCidr, type IpFamily, overlap, parseCidr } from './cidr.ts';
import {
  InvalidMaintenanceWindow,
  type MaintenanceWindow,
  parseMaintenanceWindow,
} from './maintenance-window.ts';
import { seedNameOf } from './seed-name.ts';
import { type WorkerPool, workerPoolSchema } from './worker-pool.ts';

/** What the product needs to know of a Shoot; everything else in the manifest is none of its business. */
export interface Shoot {
  readonly namespace: string;
  readonly name: string;
  /** `namespace/name`, as operators write it. */
  readonly key: string;
  readonly uid: string;
  /** Gardener's name for the cluster on the infrastructure; instances and subnets are named after it. */
  readonly technicalId: string;
  readonly providerType: string;
  readonly region: string;
  readonly networkType: string;
  /** Name of the VPC: the owner's own, or the one Gardener made. */
  readonly network: string;
  readonly families: readonly IpFamily[];
  readonly nodes: Cidr;
  readonly pods: Cidr;
  readonly services: Cidr;
  readonly overlay: 'off' | 'on' | 'not stated';
  readonly ipam: string | undefined;
  /** As stated, e.g. `1.34.2`. */
  readonly kubernetesVersion: string | undefined;
  /** Asked to sleep, or still asleep: there are no nodes, and no API server that could be asked. */
  readonly hibernated: boolean;
  /** Prefix length of a node's pod CIDR. */
  readonly nodeMaskSize: number;
  readonly workers: readonly WorkerPool[];
  /** The seed that its control plane is on; undefined where the manifest names none. */
  readonly seed: string | undefined;
  /** Undefined means always open, as in Gardener. */
  readonly maintenanceWindow: MaintenanceWindow | undefined;
}

/** A Shoot manifest that cannot be understood; every problem with the path of its field. */
export class InvalidShoot extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`the Shoot manifest is invalid: ${problems.join('; ')}`);
    this.name = 'InvalidShoot';
    this.problems = problems;
  }
}

/** RFC 1123 label: what Kubernetes allows as a name here. */
const label = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'expected a DNS label (lower-case letters, digits, "-")');

/** For texts of which nobody says how long they may be, and nobody writes more. */
const MOST_WORD = 100;
/** Of a DNS subdomain, which a seed's name is. */
const MOST_SEED_NAME = 253;
const word = z.string().max(MOST_WORD, `expected at most ${MOST_WORD} characters`);

const cidr = z.string().transform((text, context): Cidr => {
  try {
    return parseCidr(text, 'IPv4');
  } catch (error) {
    if (!(error instanceof InvalidCidr)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

const timeWindow = z
  .object({ begin: z.string(), end: z.string() })
  .transform(({ begin, end }, context): MaintenanceWindow => {
    try {
      return parseMaintenanceWindow(begin, end);
    } catch (error) {
      if (!(error instanceof InvalidMaintenanceWindow)) throw error;
      const path = error.field === 'timeWindow' ? [] : [error.field];
      context.addIssue({ code: 'custom', path, message: error.message });
      return z.NEVER;
    }
  });

const families = z
  .array(z.enum(['IPv4', 'IPv6'], 'expected "IPv4" or "IPv6"'))
  .max(2, 'expected at most two families')
  .refine((list) => new Set(list).size === list.length, 'expected no family twice')
  .transform((list): readonly IpFamily[] => (list.length === 0 ? ['IPv4'] : list));

/** What Gardener sets where nothing is stated (`pkg/apis/core/v1beta1/defaults_shoot.go`). */
const DEFAULT_NODE_MASK_SIZE = 24;

/** As in Kubernetes, `null` is the same as absent. */
const manifestSchema = z.object({
  kind: z.literal('Shoot', 'expected kind Shoot'),
  metadata: z.object({
    name: label,
    namespace: label,
    uid: z.string().regex(/^[A-Za-z0-9-]{1,128}$/, 'expected a UID'),
  }),
  spec: z.object({
    region: label,
    networking: z.object({
      type: label,
      ipFamilies: families.nullish().transform((list): readonly IpFamily[] => list ?? ['IPv4']),
      nodes: cidr,
      pods: cidr,
      services: cidr,
      providerConfig: z
        .object({ overlay: z.unknown(), ipam: z.object({ type: word.nullish() }).nullish() })
        .partial()
        .nullish(),
    }),
    kubernetes: z
      .object({
        version: word.nullish(),
        kubeControllerManager: z
          .object({
            nodeCIDRMaskSize: z.int().min(16, 'expected 16 to 28').max(28, 'expected 16 to 28').nullish(),
          })
          .nullish(),
      })
      .nullish(),
    hibernation: z.object({ enabled: z.boolean().nullish() }).nullish(),
    maintenance: z.object({ timeWindow: timeWindow.nullish() }).nullish(),
    provider: z.object({
      type: label,
      workers: z.array(workerPoolSchema).nullish(),
      infrastructureConfig: z
        .object({ networks: z.object({ vpc: z.object({ name: label }).nullish() }).nullish() })
        .nullish(),
    }),
  }),
  status: z.object({ technicalID: label.nullish(), hibernated: z.boolean().nullish() }).nullish(),
});

/**
 * Reads a Shoot manifest (`core.gardener.cloud/v1beta1`), as far as this product looks at it.
 *
 * @throws InvalidShoot naming every field that is missing or wrong, and what was expected there.
 */
export function parseShoot(manifest: unknown): Shoot {
  const parsed = manifestSchema.safeParse(manifest);
  if (!parsed.success) throw new InvalidShoot(problemsOf(parsed.error));
  const { metadata, spec, status } = parsed.data;
  const { networking } = spec;
  const problems = overlappingRanges(networking);
  if (problems.length > 0) throw new InvalidShoot(problems);
  const technicalId = status?.technicalID ?? defaultTechnicalId(metadata);
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    key: `${metadata.namespace}/${metadata.name}`,
    uid: metadata.uid,
    technicalId,
    providerType: spec.provider.type,
    region: spec.region,
    networkType: networking.type,
    network: spec.provider.infrastructureConfig?.networks?.vpc?.name ?? technicalId,
    families: networking.ipFamilies,
    nodes: networking.nodes,
    pods: networking.pods,
    services: networking.services,
    overlay: overlayOf(networking.providerConfig?.overlay),
    ipam: networking.providerConfig?.ipam?.type ?? undefined,
    kubernetesVersion: spec.kubernetes?.version ?? undefined,
    hibernated: spec.hibernation?.enabled === true || status?.hibernated === true,
    nodeMaskSize: spec.kubernetes?.kubeControllerManager?.nodeCIDRMaskSize ?? DEFAULT_NODE_MASK_SIZE,
    workers: spec.provider.workers ?? [],
    seed: seedNameOf(manifest)?.slice(0, MOST_SEED_NAME),
    maintenanceWindow: spec.maintenance?.timeWindow ?? undefined,
  };
}

/** One line per problem, `field: what is wrong`, from a zod error. */
export function problemsOf(error: z.ZodError): readonly string[] {
  return error.issues.map(
    ({ path, message }) => `${path.length === 0 ? '(whole)' : path.join('.')}: ${message}`,
  );
}

/** `shoot--<project>--<name>`, as Gardener forms it for the namespace `garden-<project>`. */
function defaultTechnicalId({ namespace, name }: { namespace: string; name: string }): string {
  return `shoot--${namespace.replace(/^garden-/, '')}--${name}`;
}

function overlayOf(overlay: unknown): Shoot['overlay'] {
  if (typeof overlay !== 'object' || overlay === null || !('enabled' in overlay)) return 'not stated';
  if (overlay.enabled === false) return 'off';
  return overlay.enabled === true ? 'on' : 'not stated';
}

/** Gardener requires the three ranges pairwise disjoint (`pkg/utils/validation/cidr/disjoint.go`). */
function overlappingRanges(ranges: { nodes: Cidr; pods: Cidr; services: Cidr }): string[] {
  const pairs = [
    ['pods', 'services'],
    ['pods', 'nodes'],
    ['services', 'nodes'],
  ] as const;
  return pairs
    .filter(([a, b]) => overlap(ranges[a], ranges[b]))
    .map(
      ([a, b]) =>
        `spec.networking.${a}: ${ranges[a]} overlaps spec.networking.${b} ${ranges[b]}, expected disjoint ranges`,
    );
}
