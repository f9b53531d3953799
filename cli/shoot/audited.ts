import type { Command } from 'commander';
import {
  type AuditReport,
  audit,
  auditedCluster,
  systemLookUp,
  type VpcFirewall,
  vpcFirewall,
} from '../../shared/audit/index.ts';
import { describeError, TerminalError } from '../../shared/engine/errors.ts';
import { shootKey } from '../../shared/engine/nudge.ts';
import * as library from '../../shared/kubernetes/access/index.ts';
import { readKubeconfig } from '../../shared/kubernetes/client/kubeconfig.ts';
import { ClusterRefused, ClusterUnavailable, NoAccess } from '../../shared/kubernetes/errors.ts';
import { accessBy } from '../../shared/runtime/access.ts';
import { type Cli, chosenContext, withOperations } from '../cli.ts';
import type { AuditFlags } from '../commands/audit.ts';
import { CommandError } from '../exit-codes.ts';
import { findMigration } from './find.ts';
import { accessSettings } from './ports.ts';

type Kubeconfig = Parameters<typeof auditedCluster>[0]['kubeconfig'];

/** What is audited, and the network whose firewall is looked at, as far as it is known. */
interface Place {
  readonly kubeconfig: Kubeconfig;
  readonly project?: string | undefined;
  readonly network?: string | undefined;
  readonly endpoint?: string | undefined;
}

/** @throws CommandError */
export async function audited(
  cli: Cli,
  self: Command,
  shoot: string | undefined,
  flags: AuditFlags,
): Promise<AuditReport> {
  const { clock, signal, env } = cli.terminal;
  const place: Place =
    shoot === undefined
      ? { kubeconfig: inFile(flags.kubeconfig ?? ''), endpoint: env.COMPUTE_ENDPOINT || undefined }
      : await placeOf(cli, self, shoot);
  const project = flags.project ?? place.project;
  const network = flags.network ?? place.network;
  const { endpoint } = place;
  const firewall: VpcFirewall | undefined =
    flags.firewall && project !== undefined && network !== undefined
      ? vpcFirewall({ project, clock, signal, ...(endpoint !== undefined && { endpoint }) }, network)
      : undefined;
  try {
    return await audit(auditedCluster({ kubeconfig: place.kubeconfig, clock, signal }), {
      clock,
      tryManifests: flags.dryRun,
      ...(firewall && { firewall }),
      ...(flags.dns && { lookUp: systemLookUp() }),
    });
  } catch (error) {
    throw inWords(error, signal);
  }
}

/** A shoot is reached as the functions reach it; where it has a migration, that says where its network is. */
async function placeOf(cli: Cli, self: Command, shoot: string): Promise<Place> {
  const chosen = await chosenContext(cli, self);
  const { key, ...known } = await migrationOrKey(cli, self, shoot);
  // Of the settings only how the cluster is reached matters here.
  const settings = accessSettings(chosen, cli.terminal.env, { project: known.project ?? 'not-known' });
  const [namespace = '', name = ''] = key.split('/');
  try {
    const { reading } = accessBy({ settings, clock: cli.terminal.clock, library }).shoot(
      { namespace, name },
      'plan',
    );
    return { kubeconfig: reading, ...known, endpoint: settings.COMPUTE_ENDPOINT };
  } catch (error) {
    throw inWords(error, cli.terminal.signal);
  }
}

/** A shoot that has no migration can be audited, too; the network of its firewall is to be given then. */
async function migrationOrKey(cli: Cli, self: Command, shoot: string) {
  try {
    return await withOperations(cli, self, async (operations) => {
      const { shoot: key, project, network } = await findMigration(operations, shoot);
      return { key, project, network };
    });
  } catch (error) {
    const unknown = error instanceof CommandError && error.ending === 'notFound';
    if (!unknown || !shootKey.safeParse(shoot).success) throw error;
    return { key: shoot, project: undefined, network: undefined };
  }
}

function inFile(file: string): Kubeconfig {
  try {
    return readKubeconfig(file);
  } catch (error) {
    throw new CommandError('usage', `${file}: ${error instanceof Error ? error.message : error}.`);
  }
}

function inWords(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted || error instanceof CommandError) return error;
  const remedy = error instanceof NoAccess || error instanceof TerminalError ? ` ${error.remedy}` : '';
  if (error instanceof ClusterUnavailable) return new CommandError('unreachable', `${error.message}.`);
  if (error instanceof ClusterRefused || remedy !== '')
    return new CommandError('refused', `${describeError(error)}.${remedy}`);
  return error;
}
