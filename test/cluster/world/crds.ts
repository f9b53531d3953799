import type { JsonObject } from '../../../infra/local/cluster/object/json.ts';

/** A structural schema (OpenAPI v3, as far as apiextensions.k8s.io/v1 takes it). */
type Schema = JsonObject;

const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const count: Schema = { type: 'integer', format: 'int64' };
const texts: Schema = { type: 'array', items: text };
const object = (properties: Record<string, Schema>, rest: JsonObject = {}): Schema => ({
  type: 'object',
  properties,
  ...rest,
});
/** Fields that the product does not touch stay as they are. */
const open = (properties: Record<string, Schema> = {}): Schema =>
  object(properties, { 'x-kubernetes-preserve-unknown-fields': true });
const list = (items: Schema): Schema => ({ type: 'array', items });

/** As Calico's own (`crd.projectcalico.org_ippools.yaml` of v3.30), which checks types and leaves the rest to Calico. */
const ipPool = object(
  {
    allowedUses: texts,
    assignmentMode: { type: 'string', enum: ['Automatic', 'Manual'] },
    blockSize: { type: 'integer' },
    cidr: text,
    disableBGPExport: flag,
    disabled: flag,
    ipipMode: text,
    natOutgoing: flag,
    nodeSelector: text,
    vxlanMode: text,
  },
  { required: ['cidr'] },
);

const condition = object(
  { type: text, status: text, reason: text, message: text, lastTransitionTime: text, lastUpdateTime: text },
  { required: ['type', 'status'] },
);

/** Of `core.gardener.cloud/v1beta1`, which an API server of its own serves in reality, the fields of a migration. */
const shootSpec = open({
  region: text,
  kubernetes: open({ version: text }),
  maintenance: open({ timeWindow: object({ begin: text, end: text }, { required: ['begin', 'end'] }) }),
  networking: object({
    type: text,
    ipFamilies: list({ type: 'string', enum: ['IPv4', 'IPv6'] }),
    nodes: text,
    pods: text,
    services: text,
    providerConfig: open(),
  }),
  provider: object({
    type: text,
    infrastructureConfig: open(),
    controlPlaneConfig: open(),
    workers: list(
      open({
        name: text,
        minimum: { type: 'integer', format: 'int32' },
        maximum: { type: 'integer', format: 'int32' },
        maxSurge: { 'x-kubernetes-int-or-string': true },
        maxUnavailable: { 'x-kubernetes-int-or-string': true },
        updateStrategy: text,
        zones: texts,
      }),
    ),
  }),
});

const shootStatus = open({
  technicalID: text,
  observedGeneration: count,
  constraints: list(condition),
  lastOperation: object({
    type: text,
    state: text,
    progress: { type: 'integer', format: 'int32' },
    description: text,
    lastUpdateTime: text,
  }),
  networking: object({ nodes: texts, pods: texts, services: texts }),
  manualWorkerPoolRollout: object({
    pendingWorkersRollouts: list(object({ name: text, lastInitiationTime: text })),
  }),
});

interface Names {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly scope: 'Cluster' | 'Namespaced';
}

/** The custom resources that a migration meets in a shoot and its garden. */
export const CUSTOM_RESOURCES: readonly JsonObject[] = [
  definition(
    { group: 'crd.projectcalico.org', version: 'v1', kind: 'IPPool', plural: 'ippools', scope: 'Cluster' },
    { spec: ipPool },
  ),
  definition(
    {
      group: 'core.gardener.cloud',
      version: 'v1beta1',
      kind: 'Shoot',
      plural: 'shoots',
      scope: 'Namespaced',
    },
    { spec: shootSpec, status: shootStatus },
  ),
];

/** One that has a status has a subresource for it. */
function definition(names: Names, { spec, status }: { spec: Schema; status?: Schema }): JsonObject {
  const { group, version, kind, plural, scope } = names;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: object({
              apiVersion: text,
              kind: text,
              metadata: { type: 'object' },
              spec,
              ...(status !== undefined && { status }),
            }),
          },
          ...(status !== undefined && { subresources: { status: {} } }),
        },
      ],
    },
  };
}
