import { z } from 'zod';
import { DEFAULT_LIMITS, type Limits } from '../engine/engine.ts';
import { problemsOf } from '../migration/shoot.ts';

/** With the margin for a call under way still below the functions' time-out of 540 s. */
export const MOST_RUN_SECONDS = 440;

/** A run that died is taken over after this at the latest; and some hundred million years have no time stamp. */
export const MOST_LEASE_SECONDS = 86_400;

/** The environment variables of every function, with what they mean. Anything that may be absent has a default. */
const environment = z.object({
  /** Project of topics, Firestore and, where an event says nothing else, of the shoots' infrastructure. */
  GOOGLE_CLOUD_PROJECT: z.string().min(1),
  /** Kubeconfig file of the shoot's cluster. */
  SHOOT_KUBECONFIG: z.string().min(1).optional(),
  /** Kubeconfig file of the garden cluster. */
  GARDEN_KUBECONFIG: z.string().min(1).optional(),
  /** Another address of the Compute Engine API, e.g. of the simulator. */
  COMPUTE_ENDPOINT: z.url().optional(),
  /**
   * The image with busybox that probe pods run while routes are migrated. The default's registry, unlike others, does not
   * limit how often the nodes behind one NAT address may pull.
   */
  PROBE_IMAGE: z.string().min(1).default('registry.k8s.io/e2e-test-images/busybox:1.36.1-1'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  LEASE_SECONDS: z.coerce.number().positive().max(MOST_LEASE_SECONDS).default(DEFAULT_LIMITS.leaseSeconds),
  RUN_SECONDS: z.coerce.number().positive().max(MOST_RUN_SECONDS).default(DEFAULT_LIMITS.runSeconds),
});

export type Settings = z.infer<typeof environment>;

/** @throws Error naming each variable that is missing or wrong. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const parsed = environment.safeParse(env);
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
