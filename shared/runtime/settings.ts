import { z } from 'zod';
import { DEFAULT_LIMITS, type Limits } from '../engine/engine.ts';
import { problemsOf } from '../migration/shoot.ts';
import { certificates, gardenUrl, type Placeholder, template } from './access-settings.ts';
import { telemetrySettings } from './telemetry-settings.ts';
import { watchedNamespaces } from './watched-namespaces.ts';

/** With the margin for a call under way still below the functions' time-out of 540 s. */
export const MOST_RUN_SECONDS = 440;

/** A run that died is taken over after this at the latest; and some hundred million years have no time stamp. */
export const MOST_LEASE_SECONDS = 86_400;

/** Linux takes no longer path. */
const MOST_PATH = 4_096;
const MOST_URL = 2_048;
/** Of a name, an image, the path of a secret. */
const MOST_NAME = 500;
/** All that Cloud Run takes for a variable (32 KiB). */
const MOST_CHARACTERS = 32_768;

function file(...placeholders: readonly Placeholder[]) {
  return template(text(MOST_PATH), placeholders).optional();
}

function secret(...placeholders: readonly Placeholder[]) {
  const path = text(MOST_NAME).regex(
    /^projects\/[a-z0-9.:-]+\/secrets\/[A-Za-z0-9_{}-]+(?:\/versions\/[A-Za-z0-9_-]+)?$/,
    'expected projects/<project>/secrets/<secret>, perhaps with /versions/<version>',
  );
  return template(path, placeholders).optional();
}

/** Something, and no more than so many characters. */
function text(most: number) {
  return z.string().min(1).max(most, atMost(most));
}

function atMost(most: number): string {
  return `expected at most ${most} characters`;
}

/** Of each line at most one variable may be set: they say the same thing in different ways. */
const ALTERNATIVES = [
  ['SHOOT_KUBECONFIG', 'SHOOT_KUBECONFIG_SECRET'],
  ['GARDEN_KUBECONFIG', 'GARDEN_KUBECONFIG_SECRET', 'GARDEN_URL'],
  ['SEED_KUBECONFIG', 'SEED_KUBECONFIG_SECRET'],
] as const;

/** The environment variables of every function, with what they mean. Anything that may be absent has a default. */
const environment = z.object({
  /** Project of topics, Firestore and, where an event says nothing else, of the shoots' infrastructure. */
  GOOGLE_CLOUD_PROJECT: text(MOST_NAME),
  /**
   * The shoot's cluster: kubeconfig file, or secret in Secret Manager with one. Without either, the garden is asked for
   * short-lived credentials. In both, `{namespace}` and `{name}` stand for the Shoot's.
   */
  SHOOT_KUBECONFIG: file('namespace', 'name'),
  SHOOT_KUBECONFIG_SECRET: secret('namespace', 'name'),
  /**
   * What the preflight reads the shoot's cluster with, where the garden is asked: `viewer` when not set; `admin` where the
   * viewer may not read all that a plan needs, or the garden knows no viewers.
   */
  PLAN_ACCESS: z.enum(['viewer', 'admin']).optional(),
  /** The garden cluster: kubeconfig file, or secret with one, or (`GARDEN_URL`) the function's own identity. */
  GARDEN_KUBECONFIG: file(),
  GARDEN_KUBECONFIG_SECRET: secret(),
  /** Address of the garden's API server, which takes the ID tokens of the functions' service accounts. */
  GARDEN_URL: gardenUrl.max(MOST_URL, atMost(MOST_URL)).optional(),
  /** What that server expects as the tokens' audience; its address when not set. */
  GARDEN_AUDIENCE: z
    .string()
    .regex(/^[A-Za-z0-9._~:/@-]{1,500}$/, 'expected letters, digits and ._~:/@-')
    .optional(),
  /** Who signs that server's certificate: certificates in PEM, or that in base64; public authorities when not set. */
  GARDEN_CA: certificates(text(MOST_CHARACTERS)).optional(),
  /**
   * The seed, where the cloud-controller-manager runs there and not in the shoot: kubeconfig file, or secret with one. In both,
   * `{seed}` stands for the name of the shoot's seed, `{namespace}` and `{name}` for the Shoot's.
   */
  SEED_KUBECONFIG: file('seed', 'namespace', 'name'),
  SEED_KUBECONFIG_SECRET: secret('seed', 'namespace', 'name'),
  /** Namespaces of the garden whose Shoots are watched, e.g. `garden-core,garden-web=web-shoots`; all when empty. */
  WATCH_NAMESPACES: z
    .string()
    .max(MOST_CHARACTERS, atMost(MOST_CHARACTERS))
    .pipe(watchedNamespaces)
    .prefault(''),
  /** Whether constraints are written into the Shoots' `status.constraints`, beside the annotations. */
  WRITE_STATUS_CONSTRAINTS: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  /** Another address of the Compute Engine API, e.g. of the simulator. */
  COMPUTE_ENDPOINT: z.url().max(MOST_URL, atMost(MOST_URL)).optional(),
  /**
   * The image with busybox that probe pods run while routes are migrated. The default's registry, unlike others, does not
   * limit how often the nodes behind one NAT address may pull.
   */
  PROBE_IMAGE: text(MOST_NAME).default('registry.k8s.io/e2e-test-images/busybox:1.36.1-1'),
  /**
   * Whom the function `operate` believes about its callers; without either nobody. The audience of Identity-Aware Proxy’s signed
   * header, `/projects/<number>/locations/<region>/services/<service>` or `/projects/<number>/global/backendServices/<id>`; and
   * that of the Google ID tokens which programs bring, the function’s own address.
   */
  OPERATE_IAP_AUDIENCE: z
    .string()
    .regex(
      /^\/projects\/\d{1,20}\/(?:locations\/[a-z0-9-]+\/services\/[a-z0-9-]+|global\/backendServices\/\d+)$/,
      'expected /projects/<number>/locations/<region>/services/<service> or /projects/<number>/global/backendServices/<id>',
    )
    .optional(),
  OPERATE_AUDIENCE: z.url({ protocol: /^https$/ }).optional(),
  ...telemetrySettings,
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  LEASE_SECONDS: z.coerce.number().positive().max(MOST_LEASE_SECONDS).default(DEFAULT_LIMITS.leaseSeconds),
  RUN_SECONDS: z.coerce.number().positive().max(MOST_RUN_SECONDS).default(DEFAULT_LIMITS.runSeconds),
});

export type Settings = z.infer<typeof environment>;

/** The names of all variables: what a deployment may set, and nothing else. */
export const SETTING_NAMES: readonly string[] = Object.keys(environment.shape);

const unambiguous = environment.superRefine((settings, context) => {
  for (const alternatives of ALTERNATIVES) {
    const [first, ...others] = alternatives.filter((name) => settings[name] !== undefined);
    if (first === undefined || others.length === 0) continue;
    context.addIssue({
      code: 'custom',
      path: [first],
      message: `expected this or ${others.join(' or ')}, not both`,
    });
  }
  const refuse = (name: string, message: string) =>
    context.addIssue({ code: 'custom', path: [name], message });
  for (const name of ['GARDEN_AUDIENCE', 'GARDEN_CA'] as const) {
    if (settings[name] !== undefined && settings.GARDEN_URL === undefined) {
      refuse(name, 'expected only beside GARDEN_URL');
    }
  }
  const [ofShoot, ofGarden] = ALTERNATIVES.map((names) => names.find((name) => settings[name] !== undefined));
  if (settings.PLAN_ACCESS !== undefined && ofShoot !== undefined) {
    refuse(
      'PLAN_ACCESS',
      `expected only where the garden issues credentials for the shoot, not beside ${ofShoot}`,
    );
  }
  if (settings.WRITE_STATUS_CONSTRAINTS && ofGarden === undefined) {
    refuse('WRITE_STATUS_CONSTRAINTS', `expected only beside ${ALTERNATIVES[1].join(' or ')}`);
  }
});

/** @throws Error naming each variable that is missing or wrong. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const parsed = unambiguous.safeParse(env);
  if (parsed.success) return parsed.data;
  throw new Error(`the environment is not as it should be: ${problemsOf(parsed.error).join('; ')}`);
}

/** The engine's limits with what the environment says about them. */
export function limitsOf(settings: Settings): Limits {
  return {
    ...DEFAULT_LIMITS,
    leaseSeconds: settings.LEASE_SECONDS,
    runSeconds: settings.RUN_SECONDS,
    runHardSeconds: settings.RUN_SECONDS + (DEFAULT_LIMITS.runHardSeconds - DEFAULT_LIMITS.runSeconds),
  };
}
