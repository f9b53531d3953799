import type { Command } from 'commander';
import { pauseSchema } from '../../shared/engine/pause-target.ts';
import { CommandError } from '../exit-codes.ts';
import type { Scope } from '../operations/operations.ts';
import { SHOOT_ARGUMENT } from '../shoot/find.ts';

export interface ScopeOptions {
  readonly project?: string;
  readonly namespace?: string;
  readonly all?: true;
}

export function addScopes(command: Command, what: string): Command {
  return command
    .argument('[SHOOT]', SHOOT_ARGUMENT)
    .option('--project <id>', `${what}: all shoots whose infrastructure is in this GCP project`)
    .option('--namespace <name>', `${what}: all shoots of this namespace of the garden`)
    .option('--all', `${what}: everything`);
}

/** What is meant, in exactly one of the ways. @throws CommandError */
export function scopeOf(
  shoot: string | undefined,
  { project, namespace, all }: ScopeOptions,
): { readonly kind: 'shoot'; readonly shoot: string } | Scope {
  const given = [shoot, project, namespace, all].filter((each) => each !== undefined).length;
  if (given !== 1) {
    throw new CommandError('usage', 'Expected exactly one of SHOOT, --project, --namespace and --all.');
  }
  if (shoot !== undefined) return { kind: 'shoot', shoot };
  if (all) return { kind: 'all' };
  const read = pauseSchema.safeParse(project === undefined ? { namespace } : { project });
  if (!read.success) {
    const flag = project === undefined ? '--namespace' : '--project';
    throw new CommandError('usage', `${flag}: ${read.error.issues[0]?.message}.`);
  }
  return project === undefined
    ? { kind: 'namespace', name: namespace ?? '' }
    : { kind: 'project', name: project };
}

export function nameOfScope(scope: ReturnType<typeof scopeOf>): string {
  if (scope.kind === 'shoot') return scope.shoot;
  return scope.kind === 'all' ? 'everything' : `the ${scope.kind} ${scope.name}`;
}
