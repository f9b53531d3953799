import type { Step } from '../engine/step.ts';
import type { StepName } from '../migration/steps.ts';
import { abort } from './abort/index.ts';
import { checkNodes } from './check-nodes/index.ts';
import { configureCni } from './configure-cni/index.ts';
import { enableIpv6Subnets } from './enable-ipv6-subnets/index.ts';
import { migrateRoutes } from './migrate-routes/index.ts';
import { preflight } from './preflight/index.ts';
import { restartCoreDns } from './restart-coredns/index.ts';
import { unlessStopped } from './stops/index.ts';
import { switchKubeDns } from './switch-kube-dns/index.ts';

/** Every step in the order of a migration, and the way back. */
const ALL: readonly Step[] = [
  // Changes nothing, and is of use before a shoot is let go.
  preflight,
  ...[enableIpv6Subnets, migrateRoutes, checkNodes, configureCni, restartCoreDns, switchKubeDns, abort].map(
    unlessStopped,
  ),
];

export const STEPS: ReadonlyMap<StepName, Step> = new Map(ALL.map((step) => [step.name, step]));
