import type { OpenPorts } from '../../shared/engine/ports.ts';
import type { Reachability } from '../../shared/kubernetes/reachability.ts';
import { readSettings, type Settings } from '../../shared/runtime/settings.ts';
import type { Chosen } from '../context/choose.ts';
import type { AccessSettings } from '../context/schema.ts';
import { CommandError } from '../exit-codes.ts';
import type { ProjectOptions } from '../operations/project/index.ts';
import type { Terminal } from '../terminal.ts';

/**
 * The settings that say how cloud and clusters are reached from here. `project` is that of the infrastructure, where it is known
 * otherwise.
 *
 * @throws CommandError naming what is missing or wrong
 */
export function accessSettings(
  { access, context, infrastructureProject }: Omit<Chosen, 'name' | 'from'>,
  env: Terminal['env'],
  { project, ...also }: AccessSettings & { readonly project?: string | undefined } = {},
): Settings {
  const own = context.kind === 'project' ? context.project : undefined;
  const known = project ?? infrastructureProject ?? own ?? (env.GOOGLE_CLOUD_PROJECT || undefined);
  const ofInfrastructure = known === undefined ? {} : { GOOGLE_CLOUD_PROJECT: known };
  try {
    return readSettings({ ...access, ...also, ...ofInfrastructure, LOG_LEVEL: 'silent' });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      'usage',
      `How cloud and clusters are reached is not known: ${why}. Set these variables, or say it in the context (docs/cli.md).`,
    );
  }
}

/** The ports of a migration that need not be stored; reads only, since nobody looks at the data plane. */
export async function readingPorts(settings: Settings, terminal: Terminal): Promise<OpenPorts> {
  const [{ portsOpener }, { createLogger }] = await Promise.all([
    import('../../shared/runtime/ports.ts'),
    import('../../shared/runtime/logger.ts'),
  ]);
  return portsOpener({
    settings,
    clock: terminal.clock,
    log: createLogger('silent'),
    reachability: nobodyLooks,
  });
}

/** Undefined where the context does not say how cloud and clusters are reached. */
export function lookout(chosen: Chosen, terminal: Terminal): ProjectOptions['lookAt'] {
  const { SHOOT_KUBECONFIG, SHOOT_KUBECONFIG_SECRET, GARDEN_KUBECONFIG, GARDEN_KUBECONFIG_SECRET } =
    chosen.access;
  if (
    (SHOOT_KUBECONFIG ?? SHOOT_KUBECONFIG_SECRET ?? GARDEN_KUBECONFIG ?? GARDEN_KUBECONFIG_SECRET) ===
    undefined
  ) {
    return undefined;
  }
  return async (migration, podRoutes) => {
    const { lookAtCells } = await import('../../shared/view/index.ts');
    const openPorts = await readingPorts(accessSettings(chosen, terminal.env), terminal);
    return await lookAtCells({ openPorts }, migration, podRoutes, terminal.signal);
  };
}

const nobodyLooks: Reachability = { prepare: refuse, unreached: refuse, remove: refuse };

async function refuse(): Promise<never> {
  throw new Error('the data plane is not looked at from here');
}
