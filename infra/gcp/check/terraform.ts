import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseVerdict } from './verdict-answer.ts';

/** What Terraform or OpenTofu itself says of the configuration. */
export type Verdict =
  | { readonly kind: 'valid'; readonly by: string }
  | { readonly kind: 'invalid'; readonly by: string; readonly messages: readonly string[] }
  /** Why it was not asked, or could not say, and what would help. */
  | { readonly kind: 'skipped'; readonly why: string };

const BINARIES = ['tofu', 'terraform'];
const PATIENCE_MS = 300_000;

/** What was initialised for, and said of, somebody's own project: the plans of `tests/` are of one that nobody has. */
const OF_ONE_DEPLOYMENT = /[/\\]\.terraform|\.tfvars(\.json)?$|\.tfplan$|\.tfstate/;

/**
 * Has the configuration's format checked, and it validated and planned, by the binary that `TF_BIN` names, else by `tofu` or
 * `terraform` on the PATH. For validation the providers' schemas are needed: they are fetched by `init` from a registry or,
 * where `TF_PLUGIN_DIR` names a folder with them, from there. Works in a copy; changes nothing.
 */
export function validate(folder: string, env: NodeJS.ProcessEnv): readonly Verdict[] {
  const binary = binaryOf(env);
  if (binary === undefined) {
    const why = 'neither TF_BIN names a binary, nor is tofu or terraform on the PATH';
    return [{ kind: 'skipped', why: `${why} (infra/gcp/README.md says how to get one)` }];
  }
  const copy = mkdtempSync(join(tmpdir(), 'infra-check-'));
  try {
    cpSync(folder, copy, { recursive: true, filter: (path) => !OF_ONE_DEPLOYMENT.test(path) });
    const validity = validated(binary, copy, env);
    const plans = validity.kind === 'valid' ? [planned(binary, copy, env)] : [];
    return [formatted(binary, copy, env), validity, ...plans];
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function binaryOf(env: NodeJS.ProcessEnv): string | undefined {
  const candidates = env.TF_BIN === undefined || env.TF_BIN === '' ? BINARIES : [env.TF_BIN];
  return candidates.find((name) => spawnSync(name, ['version'], { env, timeout: PATIENCE_MS }).status === 0);
}

function formatted(binary: string, folder: string, env: NodeJS.ProcessEnv): Verdict {
  const by = `${binary} fmt`;
  const { status, stdout, stderr } = run(binary, ['fmt', '-check', '-recursive'], folder, env);
  if (status === 0) return { kind: 'valid', by };
  const files = stdout.split('\n').filter((line) => line !== '');
  const messages = files.map((file) => `${file} is not formatted: run ${binary} fmt -recursive infra/gcp`);
  return { kind: 'invalid', by, messages: messages.length === 0 ? [stderr.trim()] : messages };
}

function validated(binary: string, folder: string, env: NodeJS.ProcessEnv): Verdict {
  const by = `${binary} validate`;
  const plugins = env.TF_PLUGIN_DIR === undefined ? [] : [`-plugin-dir=${env.TF_PLUGIN_DIR}`];
  const init = run(binary, ['init', '-backend=false', '-input=false', '-no-color', ...plugins], folder, env);
  if (init.status !== 0) {
    return { kind: 'skipped', why: `${binary} init could not get the providers: ${firstError(init.stderr)}` };
  }
  const { stdout, stderr } = run(binary, ['validate', '-json'], folder, env);
  const messages = diagnosticsIn(stdout);
  if (messages === undefined) return { kind: 'skipped', why: `${by} gave no verdict: ${firstError(stderr)}` };
  return messages.length === 0 ? { kind: 'valid', by } : { kind: 'invalid', by, messages };
}

/** The plans of `tests/`, for which Google's answers are made up. */
function planned(binary: string, folder: string, env: NodeJS.ProcessEnv): Verdict {
  const by = `${binary} test`;
  const { status, stdout, stderr } = run(binary, ['test', '-no-color'], folder, env);
  if (status === 0) return { kind: 'valid', by };
  return { kind: 'invalid', by, messages: [firstError(`${stderr}\n${stdout}`)] };
}

function run(binary: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
  const quiet = { ...env, TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1', NO_COLOR: '1' };
  return spawnSync(binary, args, { cwd, env: quiet, encoding: 'utf8', timeout: PATIENCE_MS });
}

/** Undefined for what is no verdict at all. */
function diagnosticsIn(answer: string): readonly string[] | undefined {
  const parsed = parseVerdict(answer);
  return parsed?.diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ summary, detail = '', range }) => {
      const place = range === undefined ? '' : `${range.filename}:${range.start.line}: `;
      return `${place}${summary} ${detail}`.trim();
    });
}

function firstError(output: string): string {
  const lines = output.split('\n').map((line) => line.replace(/^[│╷╵\s]+/, '').trim());
  return (
    lines.find((line) => line.startsWith('Error')) ?? lines.find((line) => line !== '') ?? 'no reason given'
  );
}
