import type { z } from 'zod';
import { projectId } from '../../shared/engine/pause-target.ts';
import { CommandError } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { contextsFile, pathBeside, readContexts } from './file.ts';
import { localWorld } from './local-world.ts';
import {
  ACCESS_NAMES,
  type AccessSettings,
  address,
  type Context,
  type Contexts,
  contextName,
} from './schema.ts';

/** The flags that every command has. */
export interface PlaceFlags {
  readonly config?: string | undefined;
  readonly context?: string | undefined;
  readonly statusUrl?: string | undefined;
  readonly operateUrl?: string | undefined;
  readonly gcpProject?: string | undefined;
}

/** The context that a command goes by, and what said so. */
export interface Chosen {
  readonly name: string;
  readonly from: string;
  readonly context: Context;
  readonly access: AccessSettings;
  /** The GCP project of the shoots’ infrastructure, where the context says it. */
  readonly infrastructureProject?: string | undefined;
}

/** The context of the world of `npm start -- --serve`; a file may have another of this name. */
export const LOCAL = 'local';

/**
 * Flags, environment, file: the first of them that says anything of the place decides alone. A variable that somebody forgot
 * never leads a command elsewhere that names its context.
 *
 * @throws CommandError
 */
export async function chooseContext(flags: PlaceFlags, terminal: Pick<Terminal, 'env'>): Promise<Chosen> {
  const { env } = terminal;
  const file = contextsFile(flags.config, env);
  const contexts = await readContexts(file);
  const named = (name: string, from: string) => contextNamed(name, from, contexts, { file, env });
  const byFlag = placeOf('flags', {
    context: flags.context,
    status: flags.statusUrl,
    operate: flags.operateUrl,
    project: flags.gcpProject,
  });
  const byEnvironment = () =>
    placeOf('the environment', {
      context: env.SHOOT_DUALSTACK_CONTEXT || undefined,
      status: env.SHOOT_DUALSTACK_STATUS_URL || undefined,
      operate: env.SHOOT_DUALSTACK_OPERATE_URL || undefined,
      project: env.SHOOT_DUALSTACK_PROJECT || undefined,
    });
  const place = byFlag ?? byEnvironment();
  if (place === undefined)
    return await named(contexts.current ?? LOCAL, contexts.current === undefined ? 'default' : file);
  if ('name' in place) return await named(place.name, place.from);
  return { name: `(${place.from})`, from: place.from, context: place.context, access: accessIn(env, {}) };
}

interface Place {
  readonly context: string | undefined;
  readonly status: string | undefined;
  readonly operate: string | undefined;
  readonly project: string | undefined;
}

function placeOf(from: string, { context, status, operate, project }: Place) {
  const kinds = [context, status, project].filter((each) => each !== undefined).length;
  if (kinds > 1) {
    throw new CommandError(
      'usage',
      `${from}: expected a context, the address of status, or a project, not several of them.`,
    );
  }
  if (operate !== undefined && status === undefined) {
    throw new CommandError('usage', `${from}: the address of operate is expected beside that of status.`);
  }
  if (context !== undefined) return { from, name: checked(from, 'the context', contextName, context) };
  if (status !== undefined) {
    const addresses = {
      status: checked(from, 'the address of status', address, status),
      ...(operate !== undefined && { operate: checked(from, 'the address of operate', address, operate) }),
    };
    return { from, context: { kind: 'api' as const, ...addresses } };
  }
  if (project === undefined) return undefined;
  return {
    from,
    context: { kind: 'project' as const, project: checked(from, 'the project', projectId, project) },
  };
}

/** What was given is not quoted: an address may have a password in it. */
function checked<Schema extends z.ZodType>(
  from: string,
  what: string,
  schema: Schema,
  value: string,
): z.output<Schema> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new CommandError('usage', `${from}: ${what}: ${read.error.issues[0]?.message}.`);
}

async function contextNamed(
  name: string,
  from: string,
  contexts: Contexts,
  { file, env }: { readonly file: string; readonly env: Terminal['env'] },
): Promise<Chosen> {
  const context = contexts.contexts[name];
  if (context !== undefined) {
    return {
      name,
      from,
      context,
      access: accessIn(env, context.access ?? {}, (path) => pathBeside(file, path, env)),
      infrastructureProject: context.infrastructureProject,
    };
  }
  if (name === LOCAL) {
    const { url, access, project } = await localWorld();
    return { name, from, context: { kind: 'api', status: url }, access, infrastructureProject: project };
  }
  const known = [LOCAL, ...Object.keys(contexts.contexts)].join(', ');
  throw new CommandError(
    'notFound',
    `There is no context ${name} (said by ${from}) in ${file}; there are ${known}.`,
  );
}

/** Variables of the environment before those of the file; of two that say the same in different ways the file’s gives way. */
function accessIn(
  env: Terminal['env'],
  filed: AccessSettings,
  path = (text: string) => text,
): AccessSettings {
  const entries = ACCESS_NAMES.flatMap((name) => {
    const set = env[name];
    if (set !== undefined && set !== '') return [[name, set] as const];
    const written = filed[name];
    const other = name.endsWith('_SECRET') ? name.slice(0, -'_SECRET'.length) : `${name}_SECRET`;
    if (written === undefined || env[other]) return [];
    return [[name, name.endsWith('_KUBECONFIG') ? path(written) : written] as const];
  });
  return Object.fromEntries(entries);
}
