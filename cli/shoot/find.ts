import { shootKey } from '../../shared/engine/nudge.ts';
import { migrationId } from '../../shared/migration/migration.ts';
import type { MigrationView } from '../../shared/view/index.ts';
import { NAME } from '../cli.ts';
import { CommandError } from '../exit-codes.ts';
import type { Operations } from '../operations/operations.ts';
import { didYouMean } from './near.ts';

export const SHOOT_ARGUMENT = 'namespace/name, a name that only one shoot has, or the id of a migration';

/**
 * The migration that an argument SHOOT means: of `namespace/name` the active one, else the newest; of a name alone that of the
 * only shoot of that name; else the migration of that id, also an old one.
 *
 * @throws CommandError that lists the candidates of a name that several have, or names that are near.
 */
export async function findMigration(
  operations: Pick<Operations, 'fleet' | 'migration' | 'migrationOf'>,
  argument: string,
): Promise<MigrationView> {
  if (shootKey.safeParse(argument).success) {
    const found = await operations.migrationOf(argument);
    if (found !== undefined) return found;
    const { rows } = await operations.fleet();
    throw notFound(
      `No migration of the shoot ${argument} is known.`,
      argument,
      rows.map(({ shoot }) => shoot),
    );
  }
  if (!migrationId.safeParse(argument).success) {
    throw new CommandError('usage', `SHOOT: expected ${SHOOT_ARGUMENT}, e.g. garden-core/api.`);
  }
  const { rows } = await operations.fleet();
  const named = rows.filter(({ shoot }) => shoot.split('/')[1] === argument);
  const [only, ...others] = rows.some(({ id }) => id === argument) ? [] : named;
  if (only !== undefined && others.length > 0) {
    const candidates = named.map(({ shoot }) => shoot).sort();
    throw new CommandError(
      'usage',
      `${candidates.length} shoots are called ${argument}: ${candidates.join(', ')}. Say which.`,
    );
  }
  const found = await operations.migration(only?.id ?? argument);
  if (found !== undefined) return found;
  const known = rows.flatMap(({ shoot }) => [shoot, shoot.split('/')[1] ?? '']);
  throw notFound(
    `There is neither a migration ${argument} nor one of a shoot of that name.`,
    argument,
    known,
  );
}

function notFound(what: string, argument: string, known: readonly string[]): CommandError {
  return new CommandError(
    'notFound',
    `${what}${didYouMean(argument, known)} \`${NAME} status\` lists all; \`${NAME} start\` begins one.`,
  );
}
