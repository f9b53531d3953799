import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { describeError, TerminalError } from '../engine/errors.ts';
import type { GardenConnection } from '../engine/ports.ts';
import { NoAccess } from '../kubernetes/errors.ts';
import { GardenTrouble } from '../kubernetes/garden-shoots.ts';
import { type Access, accessBy } from './access.ts';
import type { Settings } from './settings.ts';

/**
 * The garden of the settings, undefined where they name none. Kubernetes' client is loaded when the garden is first asked, so
 * that functions which never do start without it; credentials that end are kept from one opening to the next, in memory.
 */
export function gardenConnection({
  settings,
  clock,
  log,
}: {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Logger;
}): GardenConnection | undefined {
  const { GARDEN_KUBECONFIG, GARDEN_KUBECONFIG_SECRET, GARDEN_URL } = settings;
  if ((GARDEN_KUBECONFIG ?? GARDEN_KUBECONFIG_SECRET ?? GARDEN_URL) === undefined) return undefined;
  let access: Access | undefined;
  return {
    ...settings.WATCH_NAMESPACES,
    writesConstraints: settings.WRITE_STATUS_CONSTRAINTS,
    open: async (signal) => {
      const [{ gardenShoots }, library] = await Promise.all([
        import('../kubernetes/client/index.ts'),
        import('../kubernetes/access/index.ts'),
      ]);
      access ??= accessBy({ settings, clock, library });
      try {
        return gardenShoots({ kubeconfig: access.garden(), clock, log, signal });
      } catch (error) {
        if (!(error instanceof NoAccess || error instanceof TerminalError)) throw error;
        throw new GardenTrouble('NoAccess', describeError(error.message), { cause: error });
      }
    },
  };
}
