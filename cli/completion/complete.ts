import type { Command } from 'commander';
import { EXPLANATIONS } from '../../shared/explain/index.ts';
import { STEP_NAMES } from '../../shared/migration/steps.ts';
import type { Cli } from '../cli.ts';
import { chooseContext, LOCAL, type PlaceFlags } from '../context/choose.ts';
import { contextsFile, readContexts } from '../context/file.ts';
import { askedFor, COMPLETE } from './words.ts';

export { COMPLETE };

/** Whoever presses TAB waits no longer. */
const PATIENCE_MS = 3_000;

/**
 * The candidates for the last of the words, a line each, with what they are behind a tab. What only the functions know (the
 * shoots) is asked where the context says; no answer is no candidate, and never an error between two keys.
 */
export async function completions(program: Command, typed: readonly string[], cli: Cli): Promise<string> {
  const asked = askedFor(program, typed);
  const words =
    asked.kind === 'words' ? asked.words : await wordsFor(asked.name, flagsIn(typed), cli).catch(() => []);
  return words.map(([word, what]) => `${word}${what === '' ? '' : `\t${what}`}\n`).join('');
}

async function wordsFor(
  name: string,
  flags: PlaceFlags,
  cli: Cli,
): Promise<readonly (readonly [string, string])[]> {
  switch (name) {
    case 'REASON':
      return [...new Map(EXPLANATIONS.map(({ name: reason, sentence }) => [reason, sentence]))];
    case 'STEP':
      return STEP_NAMES.map((step) => [step, ''] as const);
    case 'SHOOT':
      return await shoots(flags, cli);
    case 'NAME':
    case 'name': {
      const { contexts } = await readContexts(contextsFile(flags.config, cli.terminal.env));
      return [...new Set([LOCAL, ...Object.keys(contexts)])].map((context) => [context, ''] as const);
    }
    case 'file':
    case 'manifest':
    case 'dir':
      return [[':files', '']];
    default:
      return [];
  }
}

async function shoots(
  flags: PlaceFlags,
  { terminal, connect }: Cli,
): Promise<readonly (readonly [string, string])[]> {
  const signal = AbortSignal.any([terminal.signal, AbortSignal.timeout(PATIENCE_MS)]);
  const hurried = { ...terminal, signal };
  const operations = await connect(await chooseContext(flags, hurried), hurried);
  try {
    const { rows } = await operations.fleet();
    return rows.map(({ shoot, phase }) => [shoot, phase] as const);
  } finally {
    await operations.close();
  }
}

/** Of the words before the cursor those that say where the shoots are. */
function flagsIn(typed: readonly string[]): PlaceFlags {
  const given = (flag: string) => {
    const at = typed.lastIndexOf(flag);
    const joined = typed.find((word) => word.startsWith(`${flag}=`));
    if (at >= 0 && at < typed.length - 2) return typed[at + 1] === '=' ? typed[at + 2] : typed[at + 1];
    return joined?.slice(flag.length + 1);
  };
  return {
    config: given('--config'),
    context: given('--context'),
    statusUrl: given('--status-url'),
    operateUrl: given('--operate-url'),
    gcpProject: given('--gcp-project'),
  };
}
