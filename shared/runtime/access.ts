import type { KubeConfig } from '@kubernetes/client-node';
import type { Clock } from '../clock.ts';
import { TerminalError } from '../engine/errors.ts';
import type { GoogleIdentity } from '../kubernetes/access/google-identity.ts';
import type { Settings } from './settings.ts';

type AccessModule = typeof import('../kubernetes/access/index.ts');

/** Which Shoot, as the garden names it. */
export interface ShootPlace {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Whom a shoot's cluster is asked as: in the preflight a viewer, as far as the garden knows viewers; else whoever acts. Of a file
 * or a secret there is one, so that is both.
 */
export interface ShootAccess {
  readonly reading: KubeConfig;
  readonly acting: KubeConfig;
}

/** The kubeconfigs that the settings say, for as long as this process lives; those that end are renewed by themselves. */
export interface Access {
  /** Of the Shoot's kubeconfigs those that the garden is asked for; none where a file or a secret has one. */
  readonly issuedByGarden: readonly ('adminkubeconfig' | 'viewerkubeconfig')[];
  /** @throws TerminalError, NoAccess */
  garden(): KubeConfig;
  /** @throws TerminalError, NoAccess */
  shoot(shoot: ShootPlace, purpose: 'act' | 'plan'): ShootAccess;
  /** Undefined where the cloud-controller-manager runs in the shoot. @throws TerminalError, NoAccess, what `seedName` throws */
  seed(shoot: ShootPlace, seedName: () => Promise<string>): Promise<KubeConfig | undefined>;
}

export interface AccessOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly library: AccessModule;
  /** By default the function's own. */
  readonly identity?: GoogleIdentity | undefined;
  /** Of Secret Manager, by default Google's. */
  readonly secretManager?: string | undefined;
}

/** Shoots times purposes whose credentials are kept; those that were not needed for longest are had again when they are. */
const MOST_KEPT = 200;

export function accessBy(options: AccessOptions): Access {
  const { settings, clock, library } = options;
  const { RenewedKubeConfig, kubeconfigInFile, kubeconfigInSecretManager, shootByGarden, workloadIdentity } =
    library;
  const identity = options.identity ?? library.googleIdentity();
  const kept = new Map<string, KubeConfig>();

  function keep(key: string, make: () => KubeConfig): KubeConfig {
    const made = kept.get(key) ?? make();
    // Behind all others: what was needed last is forgotten last.
    kept.delete(key);
    kept.set(key, made);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return made;
  }

  function inSecretManager(variable: string, secret: string): KubeConfig {
    const endpoint = options.secretManager;
    const source = { identity, variable, secret, ...(endpoint !== undefined && { endpoint }) };
    return keep(
      `${variable} ${secret}`,
      () => new RenewedKubeConfig(kubeconfigInSecretManager(source), clock),
    );
  }

  function garden(): KubeConfig {
    const { GARDEN_KUBECONFIG, GARDEN_KUBECONFIG_SECRET: secret, GARDEN_URL: url } = settings;
    if (GARDEN_KUBECONFIG !== undefined) return kubeconfigInFile(GARDEN_KUBECONFIG, 'GARDEN_KUBECONFIG');
    if (secret !== undefined) return inSecretManager('GARDEN_KUBECONFIG_SECRET', secret);
    if (url === undefined) {
      throw new TerminalError(
        'NoAccess',
        'No environment variable says how the garden is reached.',
        'Set GARDEN_KUBECONFIG to a kubeconfig file, GARDEN_KUBECONFIG_SECRET to a secret with one, or GARDEN_URL to the address of its API server, and publish the step again.',
      );
    }
    const { GARDEN_AUDIENCE: audience = url, GARDEN_CA: certificateAuthority } = settings;
    const source = { identity, clock, url, audience, certificateAuthority };
    return keep('GARDEN_URL', () => new RenewedKubeConfig(workloadIdentity(source), clock));
  }

  function byGarden(shoot: ShootPlace, purpose: 'act' | 'plan'): KubeConfig {
    return keep(
      `${purpose} ${shoot.namespace}/${shoot.name}`,
      () => new RenewedKubeConfig(shootByGarden({ garden, clock, shoot, purpose }), clock),
    );
  }

  const { SHOOT_KUBECONFIG: file, SHOOT_KUBECONFIG_SECRET: secret, PLAN_ACCESS } = settings;
  const hasViewer = PLAN_ACCESS !== 'admin';
  const issued = hasViewer
    ? (['adminkubeconfig', 'viewerkubeconfig'] as const)
    : (['adminkubeconfig'] as const);
  return {
    issuedByGarden: file === undefined && secret === undefined ? issued : [],
    garden,
    shoot(shoot, purpose) {
      if (file !== undefined) return both(kubeconfigInFile(filled(file, shoot), 'SHOOT_KUBECONFIG'));
      if (secret !== undefined) {
        return both(inSecretManager('SHOOT_KUBECONFIG_SECRET', filled(secret, shoot)));
      }
      const acting = byGarden(shoot, 'act');
      return { acting, reading: purpose === 'plan' && hasViewer ? byGarden(shoot, 'plan') : acting };
    },
    async seed(shoot, seedName) {
      const { SEED_KUBECONFIG: file, SEED_KUBECONFIG_SECRET: secret } = settings;
      const template = secret ?? file;
      if (template === undefined) return undefined;
      const name = filled(template, shoot, template.includes('{seed}') ? await seedName() : undefined);
      if (secret === undefined) return kubeconfigInFile(name, 'SEED_KUBECONFIG');
      return inSecretManager('SEED_KUBECONFIG_SECRET', name);
    },
  };
}

function both(kubeconfig: KubeConfig): ShootAccess {
  return { reading: kubeconfig, acting: kubeconfig };
}

/**
 * Names become part of a path: nothing but what Kubernetes takes for a name may stand in them.
 *
 * @throws TerminalError
 */
function filled(template: string, { namespace, name }: ShootPlace, seed?: string): string {
  const names = { namespace, name, ...(seed !== undefined && { seed }) };
  return Object.entries(names).reduce((sofar, [placeholder, value]) => {
    if (!sofar.includes(`{${placeholder}}`)) return sofar;
    if (/^[a-z0-9](?:[a-z0-9-]{0,251}[a-z0-9])?$/.test(value)) {
      return sofar.replaceAll(`{${placeholder}}`, value);
    }
    throw new TerminalError(
      'NoAccess',
      `The ${placeholder} of the Shoot ${namespace}/${name} is no name that a file or a secret may have in its own.`,
      'Name the file or secret without it, then publish the step again.',
    );
  }, template);
}
