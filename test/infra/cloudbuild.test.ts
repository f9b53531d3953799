import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOT } from './planted.ts';

const build = z
  .object({
    substitutions: z.record(z.string(), z.string()),
    steps: z.array(
      z.object({ id: z.string(), args: z.array(z.string()), waitFor: z.array(z.string()).default([]) }),
    ),
  })
  .parse(parse(readFileSync(join(ROOT, 'cloudbuild.yaml'), 'utf8')));

const steps = new Map(build.steps.map((step) => [step.id, step]));

/** Everything that has to be done before this step begins. */
function before(id: string): ReadonlySet<string> {
  const done = new Set<string>();
  const waiting = [...(steps.get(id)?.waitFor ?? [])];
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    if (each === '-' || done.has(each)) continue;
    done.add(each);
    waiting.push(...(steps.get(each)?.waitFor ?? []));
  }
  return done;
}

function commandsOf(id: string): string {
  return steps.get(id)?.args.join('\n') ?? '';
}

test('nothing is applied that was not linted, typechecked, tested, simulated, built and planned before', () => {
  const wanted = ['install', 'licences', 'lint', 'typecheck', 'test', 'simulate', 'migrate', 'build', 'plan'];
  expect([...before('apply')]).toEqual(expect.arrayContaining(wanted));
});

test('no step waits for one that is not there, or begins by chance of its place in the file', () => {
  for (const { id, waitFor } of build.steps) {
    const absent = waitFor.filter((each) => each !== '-' && !steps.has(each));
    expect({ id, absent }).toEqual({ id, absent: [] });
    expect({ id, says: waitFor.length > 0 || id === build.steps[0]?.id }).toEqual({ id, says: true });
  }
});

test('only main is applied, and only the plan that was shown', () => {
  expect(build.substitutions._APPLY).toBe('no');
  const apply = commandsOf('apply');
  const guard = apply.indexOf(`if [ "\${_APPLY}" != yes ] || [ "$BRANCH_NAME" != main ]; then`);
  expect(guard).toBeGreaterThanOrEqual(0);
  expect(apply.indexOf('exit 0')).toBeGreaterThan(guard);
  expect(apply.indexOf('terraform apply')).toBeGreaterThan(apply.indexOf('exit 0'));
  expect(commandsOf('plan')).toContain('-out=rollout.tfplan');
  expect(apply).toMatch(/terraform apply [^\n]*rollout\.tfplan/);
});

test('what a cache holds is only taken when its hash is the lock file’s, and no command prints its environment', () => {
  expect(steps.get('install')?.args[0]).toBe('ci');
  const all = build.steps.map(({ args }) => args.join('\n')).join('\n');
  expect(all).not.toMatch(/\b(printenv|env\b *$|set -x|-ex\b|terraform (show|output|state))/m);
});

test('what functions run with is audited at every push, and what that finds stops no rollout', () => {
  expect(commandsOf('audit')).toContain('npm run --silent audit ||');
  expect(before('apply').has('audit')).toBe(false);
});
