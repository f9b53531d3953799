import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { ROOT, withPlanted } from './planted.ts';

const HARMLESS = { file: 'topics.tf', from: '"604800s"\n\n  depends_on', to: '"604800s"\n\n  depends_on' };
const answer = z.object({
  agree: z.boolean(),
  findings: z.array(z.object({ check: z.string(), subject: z.string(), message: z.string() })),
  verdicts: z.array(z.looseObject({ kind: z.string() })),
});

// Each starts a process that loads parser and product: seconds, and many of them where a machine is busy.
vi.setConfig({ testTimeout: 180_000 });

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'infra-command-'));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

/** `npm run infra:check -- …` without npm. */
function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const program = join(ROOT, 'infra/gcp/check/main.ts');
  return spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
}

/** A program that stands for Terraform, and does what the script says. */
function binary(script: string): string {
  const path = join(scratch, 'tofu');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

test('infra:check ends with 0 and says so when code and configuration agree', () => {
  const { status, stdout } = run(['--no-validate', '--json']);
  expect(status).toBe(0);
  expect(answer.parse(JSON.parse(stdout))).toEqual({ agree: true, findings: [], verdicts: [] });
});

test('infra:check ends with 1 and names what differs', async () => {
  const planted = { file: 'topics.tf', from: 'minimum_backoff = "10s"', to: 'minimum_backoff = "1s"' };
  const { status, stdout } = await withPlanted(planted, async (folder) =>
    run(['--no-validate', '--folder', folder]),
  );
  expect(status).toBe(1);
  expect(stdout).toContain('subscriptions: abort-push: minimum_backoff: 1s, expected 10s');
});

test('infra:check ends with 2 for a file that is no HCL, with file and line', async () => {
  const planted = { ...HARMLESS, to: '"604800s"\n\n  depends_on = [ =' };
  const { status, stderr } = await withPlanted({ ...planted, from: HARMLESS.from }, async (folder) =>
    run(['--no-validate', '--folder', folder]),
  );
  expect(status).toBe(2);
  expect(stderr).toMatch(/topics\.tf is not understood: .*topics\.tf:\d+/);
});

test('infra:check ends with 2 for a folder without a configuration, and for arguments that it does not know', () => {
  expect(run(['--no-validate', '--folder', scratch])).toMatchObject({ status: 2 });
  expect(run(['--loud'])).toMatchObject({ status: 2 });
});

test('infra:check says that nothing was validated where there is no binary, and does not fail for that', () => {
  const { status, stdout } = run(['--json'], { TF_BIN: join(scratch, 'nothing') });
  expect(status).toBe(0);
  expect(answer.parse(JSON.parse(stdout)).verdicts).toMatchObject([{ kind: 'skipped' }]);
});

test('infra:check says that nothing was validated where the providers cannot be had', () => {
  const TF_BIN = binary('case "$1" in init) echo "Error: no such host" >&2; exit 1;; esac');
  const { status, stdout } = run(['--json'], { TF_BIN });
  expect(status).toBe(0);
  expect(answer.parse(JSON.parse(stdout)).verdicts).toMatchObject([
    { kind: 'valid' },
    { kind: 'skipped', why: expect.stringContaining('no such host') },
  ]);
});

test('infra:check validates what is in the repository, whatever somebody said of a project of their own', async () => {
  const TF_BIN = binary('[ "$1" = version ] || { [ -e topics.tf ] && [ ! -e terraform.tfvars ]; }');
  const { stdout } = await withPlanted(HARMLESS, async (folder) => {
    writeFileSync(join(folder, 'terraform.tfvars'), 'garden_url = "https://garden.example.com"\n');
    return run(['--json', '--folder', folder], { TF_BIN });
  });
  expect(answer.parse(JSON.parse(stdout)).verdicts).toContainEqual({ kind: 'valid', by: `${TF_BIN} fmt` });
});

test('infra:check names every file that is not formatted, tests included', () => {
  const TF_BIN = binary('case "$1" in fmt) printf "topics.tf\\ntests/plan.tftest.hcl\\n"; exit 3;; esac');
  const { status, stdout } = run([], { TF_BIN });
  expect(status).toBe(1);
  expect(stdout).toContain(`${TF_BIN} fmt: topics.tf is not formatted`);
  expect(stdout).toContain(`${TF_BIN} fmt: tests/plan.tftest.hcl is not formatted`);
});

test('infra:check fails with what the binary finds wrong, by file and line', () => {
  const diagnostic = {
    severity: 'error',
    summary: 'Unsupported argument',
    range: { filename: 'topics.tf', start: { line: 7 } },
  };
  const TF_BIN = binary(
    `case "$1" in validate) echo '${JSON.stringify({ valid: false, diagnostics: [diagnostic] })}'; exit 1;; esac`,
  );
  const { status, stdout } = run([], { TF_BIN });
  expect(status).toBe(1);
  expect(stdout).toContain(`${TF_BIN} validate: topics.tf:7: Unsupported argument`);
});
