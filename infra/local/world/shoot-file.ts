import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { NetworkPluginName } from '../../../shared/migration/network-plugins.ts';
import { InvalidShoot, parseShoot, type Shoot } from '../../../shared/migration/shoot.ts';
import { EXAMPLE_POOL } from '../example/nodes.ts';
import { exampleShoot } from '../example/shoot.ts';

/** The change that the local world makes to a shoot, as manifests for the event and as what they mean. */
export interface LocalShoot {
  readonly before: ShootJson;
  readonly after: ShootJson;
  readonly shoot: Shoot;
}
export type ShootJson = z.infer<typeof manifest>;

/** A file that cannot be used; the message names the file and what is wrong in it. */
export class ShootFileError extends Error {
  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(`${file}: ${problem}`, options);
    this.name = 'ShootFileError';
  }
}

const manifest = z.looseObject({
  metadata: z.looseObject({ uid: z.string().optional() }),
  spec: z.looseObject({
    networking: z.looseObject({ ipFamilies: z.array(z.string()).optional() }).optional(),
    provider: z.looseObject({ workers: z.array(z.looseObject({ name: z.string() })).optional() }).optional(),
  }),
  status: z.record(z.string(), z.unknown()).optional(),
});

/** The last reconciliation has ended well, and nothing was asked for since. */
const AT_REST = {
  observedGeneration: 1,
  lastOperation: { type: 'Reconcile', state: 'Succeeded', progress: 100 },
};

/** A manifest written by hand has no UID; its own is given by the API server, here by us. */
const LOCAL_UID = '00000000-0000-4000-8000-00000000cafe';

/**
 * The example shoot, with Calico unless told otherwise, or the manifest in `file` (YAML or JSON), before and after `IPv6` is
 * added to its families. What only a live Shoot has is filled in. A manifest that lists other families than IPv4 alone is what it
 * changes *to*.
 *
 * @throws ShootFileError
 */
export function localShoot(
  file: string | undefined,
  nodes: number,
  networkPlugin: NetworkPluginName = 'calico',
): LocalShoot {
  return file === undefined
    ? shootChange('example shoot', exampleShoot(nodes, networkPlugin))
    : shootChange(file, readManifest(file));
}

/** The same of a manifest that was read already; `name` is what errors call it. @throws ShootFileError */
export function shootChange(name: string, stated: unknown): LocalShoot {
  const read = manifest.safeParse(stated);
  if (!read.success) throw new ShootFileError(name, `not a Shoot manifest: ${z.prettifyError(read.error)}`);
  const filled = {
    ...read.data,
    spec: { ...read.data.spec, provider: withWorkers(read.data.spec.provider) },
    metadata: { ...read.data.metadata, uid: read.data.metadata.uid ?? LOCAL_UID, generation: 1 },
    status: { ...read.data.status, ...AT_REST },
  };
  const families = filled.spec.networking?.ipFamilies ?? ['IPv4'];
  const wanted = families.length === 1 && families[0] === 'IPv4' ? ['IPv4', 'IPv6'] : families;
  const after = withFamilies(filled, wanted);
  try {
    return { before: withFamilies(filled, ['IPv4']), after, shoot: parseShoot(after) };
  } catch (error) {
    if (!(error instanceof InvalidShoot)) throw error;
    throw new ShootFileError(name, error.problems.join('; '), { cause: error });
  }
}

/**
 * The shoot before anybody asked for anything, also in the garden. Without a maintenance window: time flies in the world, and a
 * window would be over before somebody has read on.
 */
export function atRest({ before, shoot }: LocalShoot): LocalShoot {
  const { maintenance: _, ...spec } = before.spec;
  const present = { ...before, spec };
  return { before: present, after: present, shoot: { ...shoot, maintenanceWindow: undefined } };
}

/**
 * Another Shoot of the garden, `<namespace>/shop`, of which no infrastructure is there: what is wrong with one is no other's
 * business.
 */
export function withoutInfrastructure({ before }: LocalShoot): ShootJson {
  const uid = '5d2f7a64-6f0e-4c55-9d0f-2b8a1c3e4f60';
  return {
    ...before,
    metadata: { ...before.metadata, name: 'shop', uid },
    status: { ...before.status, technicalID: 'shoot--core--shop' },
  };
}

function readManifest(file: string): unknown {
  try {
    // As JSON, for so it travels: an alias within its own anchor has no such form.
    return JSON.parse(JSON.stringify(parse(readFileSync(file, 'utf8'), { logLevel: 'error' })) ?? 'null');
  } catch (error) {
    throw new ShootFileError(file, `cannot be read: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** The nodes of the local world are one pool, whatever pools the manifest has; a rollout goes by its name. */
function withWorkers(provider: ShootJson['spec']['provider']): ShootJson['spec']['provider'] {
  const pool = { ...provider?.workers?.[0], name: EXAMPLE_POOL };
  return provider === undefined ? undefined : { ...provider, workers: [pool] };
}

function withFamilies(shoot: ShootJson, ipFamilies: string[]): ShootJson {
  if (shoot.spec.networking === undefined) return shoot;
  return { ...shoot, spec: { ...shoot.spec, networking: { ...shoot.spec.networking, ipFamilies } } };
}
