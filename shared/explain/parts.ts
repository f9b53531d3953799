import { ABORT_REASONS as ABORT_REQUEST_REASONS } from '../engine/abort.ts';
import { ADMISSION_REASONS } from '../engine/admit.ts';
import { BAD_MESSAGE_REASONS, INTAKE_REASONS } from '../engine/message-reasons.ts';
import { TERMINAL_REASONS, WAIT_REASONS } from '../engine/terminal.ts';
import { WISH_REASONS } from '../engine/wishes.ts';
import { ROLLOUT_REASONS } from '../fleet/reasons.ts';
import { ACCESS_REASONS } from '../kubernetes/access/reasons.ts';
import { GARDEN_TROUBLES } from '../kubernetes/garden-shoots.ts';
import { CONSTRAINT_REASONS } from '../migration/constraints.ts';
import { ABORT_REASONS } from '../steps/abort/reasons.ts';
import { REASONS as CHECK_NODES } from '../steps/check-nodes/reasons.ts';
import { REASONS as CONFIGURE_CNI } from '../steps/configure-cni/reasons.ts';
import { REASONS as ENABLE_IPV6_SUBNETS } from '../steps/enable-ipv6-subnets/reasons.ts';
import { REASONS as MIGRATE_ROUTES } from '../steps/migrate-routes/reasons.ts';
import { REASONS as PREFLIGHT } from '../steps/preflight/reasons.ts';
import { REASONS as RESTART_COREDNS } from '../steps/restart-coredns/reasons.ts';
import { REASONS as STOPS } from '../steps/stops/reasons.ts';
import { REASONS as SWITCH_KUBE_DNS } from '../steps/switch-kube-dns/reasons.ts';

const {
  ProviderNotSupported,
  NetworkPluginNotSupported,
  OverlayNotOff,
  CalicoIpam,
  // The rest is what only the preflight sees.
} = PREFLIGHT;

/** What the settings of the functions lack (`runtime/`). */
const SETTINGS_REASONS = {
  NoAccess: 'The settings do not say, or say wrongly, how the garden, the shoot or its seed is reached.',
} as const;

/**
 * Every part of the product that gives reasons, with all of its reasons and their sentences. The first word is the step's name
 * where it is a step. A test looks for reasons in the code that stand in none of them.
 */
export const PARTS = {
  preflight: PREFLIGHT,
  'enable-ipv6-subnets': ENABLE_IPV6_SUBNETS,
  'migrate-routes': MIGRATE_ROUTES,
  'check-nodes': CHECK_NODES,
  'configure-cni': CONFIGURE_CNI,
  'restart-coredns': RESTART_COREDNS,
  'switch-kube-dns': SWITCH_KUBE_DNS,
  abort: ABORT_REASONS,
  /** Before every step but the preflight. */
  stops: STOPS,
  /** When a change of a Shoot is taken in. */
  intake: {
    ...INTAKE_REASONS,
    ProviderNotSupported,
    NetworkPluginNotSupported,
    OverlayNotOff,
    CalicoIpam,
  },
  /** When a message asks for something that is not done. */
  admission: { ...ADMISSION_REASONS, ...ABORT_REQUEST_REASONS },
  wishes: WISH_REASONS,
  /** When shoots are let in one after the other, or go on bit by bit. */
  rollout: ROLLOUT_REASONS,
  /** Of the engine itself, in any step. */
  engine: { ...TERMINAL_REASONS, ...WAIT_REASONS },
  access: { ...ACCESS_REASONS, ...SETTINGS_REASONS },
  /** While the garden’s Shoots are watched, or something is written back to them. */
  garden: GARDEN_TROUBLES,
  messages: BAD_MESSAGE_REASONS,
  constraints: CONSTRAINT_REASONS,
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

type Part = keyof typeof PARTS;
type NamesOf<P extends Part> = P extends Part ? keyof (typeof PARTS)[P] & string : never;
/** Every reason of the product. */
export type ReasonName = NamesOf<Part>;
