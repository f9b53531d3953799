import { randomUUID } from 'node:crypto';
import { describeError, TerminalError } from '../../shared/engine/errors.ts';
import { newMigration } from '../../shared/engine/new-migration.ts';
import type { Wishes } from '../../shared/engine/nudge.ts';
import type { OpenPorts, Ports } from '../../shared/engine/ports.ts';
import { NoAccess } from '../../shared/kubernetes/errors.ts';
import type { Shoot } from '../../shared/migration/shoot.ts';
import { planNow } from '../../shared/steps/preflight/index.ts';
import { migrationView } from '../../shared/view/index.ts';
import { CommandError } from '../exit-codes.ts';
import type { PlanView } from '../output/plan.ts';
import type { Terminal } from '../terminal.ts';
import { manifestSchema, withFamilies } from './manifest.ts';

/**
 * The plan that the functions would make now, of a migration that is stored nowhere: the same adapters, ports and checks. Reads
 * only. The Shoot is looked at as if it asked for both families already, since whether it does is what the plan is to decide.
 *
 * @throws CommandError
 */
export async function planHere(
  shoot: Shoot,
  options: {
    readonly project: string;
    readonly wishes: Partial<Wishes>;
    readonly openPorts: OpenPorts;
    readonly terminal: Terminal;
  },
): Promise<PlanView> {
  const { project, wishes, openPorts, terminal } = options;
  const { clock, signal } = terminal;
  const { migration } = newMigration(
    { clock, newId: randomUUID },
    {
      shoot,
      project,
      number: 1,
      wishes: { strategy: undefined, acknowledgeTrafficLoss: undefined, ...wishes },
      held: undefined,
    },
  );
  try {
    const ports = asIfBothFamilies(await openPorts(migration, signal));
    const plan = await planNow({ migration, ports, clock });
    return migrationView({ ...migration, plan }, clock.now()).plan;
  } catch (error) {
    signal.throwIfAborted();
    const remedy = error instanceof NoAccess || error instanceof TerminalError ? ` ${error.remedy}` : '';
    throw new CommandError(
      'unreachable',
      `A plan of ${shoot.key} cannot be made from here: ${describeError(error)}.${remedy}`,
    );
  }
}

function asIfBothFamilies(ports: Ports): Ports {
  const { garden } = ports;
  const shoot = async () => withFamilies(manifestSchema.parse(await garden.shoot()), ['IPv4', 'IPv6']);
  return { ...ports, garden: { ...garden, shoot } };
}
