import type { Profiler } from 'node:inspector';
import { describe, expect, test } from 'vitest';
import { attribute, COLLECTION, NOBODY, partOf } from '../../infra/local/bench/fleet/attribution.ts';
import { profiled } from '../../infra/local/bench/fleet/profiled.ts';

const ROOT = 'file:///repository/';

/** A profile of one stack after the other, each outermost first, sampled once after a millisecond. */
function profileOf(...stacks: readonly (readonly string[])[]): Profiler.Profile {
  const nodes: Profiler.ProfileNode[] = [node(1, '(root)', '')];
  const samples = stacks.map((stack) => {
    let at = nodes[0];
    for (const frame of stack) {
      const below = frame.startsWith('(')
        ? node(nodes.length + 1, frame, '')
        : node(nodes.length + 1, 'f', frame);
      nodes.push(below);
      at?.children?.push(below.id);
      at = below;
    }
    return at?.id ?? 1;
  });
  return { nodes, startTime: 0, endTime: stacks.length, samples, timeDeltas: stacks.map(() => 1_000) };
}

function node(id: number, functionName: string, url: string): Profiler.ProfileNode {
  const callFrame = { functionName, scriptId: '1', url, lineNumber: 0, columnNumber: 0 };
  return { id, callFrame, children: [] };
}

const of = (path: string) => `${ROOT}${path}`;
const ZOD = of('node_modules/zod/v4/core/schemas.js');

describe('the time of a profile', () => {
  test('is charged to the part that a function lies in, whoever called it', () => {
    const seconds = attribute(
      profileOf(
        [of('shared/engine/run.ts')],
        [of('shared/engine/run.ts'), of('shared/steps/preflight/gather.ts')],
        [of('infra/local/in-process/bus.ts')],
        [of('infra/local/in-process/virtual-clock.ts')],
      ),
      ROOT,
    );
    expect(Object.fromEntries(seconds)).toEqual({
      engine: 0.001,
      steps: 0.001,
      'embedded backends': 0.001,
      world: 0.001,
    });
  });

  test('of packages, of Node and of the pure domain is charged to the nearest caller of ours', () => {
    const seconds = attribute(
      profileOf(
        [of('shared/engine/run.ts'), of('shared/store/reader.ts'), ZOD],
        [of('shared/engine/run.ts'), of('shared/migration/migration.ts'), ''],
        ['node:internal/timers', ZOD],
      ),
      ROOT,
    );
    expect(Object.fromEntries(seconds)).toEqual({
      'store and bus': 0.001,
      engine: 0.001,
      [NOBODY]: 0.001,
    });
  });

  test('in which memory was collected stands by itself, and time in which nothing ran not at all', () => {
    const seconds = attribute(profileOf(['(garbage collector)'], ['(idle)'], ['(program)']), ROOT);
    expect(Object.fromEntries(seconds)).toEqual({ [COLLECTION]: 0.001, [NOBODY]: 0.001 });
  });

  test('of another repository is nobody’s', () => {
    expect(partOf('file:///elsewhere/shared/engine/run.ts', ROOT)).toBeUndefined();
    expect(partOf(of('test/engine/run.ts'), ROOT)).toBeUndefined();
  });
});

test('V8 says where its time goes, and the work’s result is handed on', async () => {
  const { result, profile, cpuSeconds } = await profiled(async () => {
    let sum = 0;
    for (let turn = 0; turn < 5_000_000; turn += 1) sum += Math.sqrt(turn);
    return sum > 0;
  });
  expect(result).toBe(true);
  expect(profile.nodes.length).toBeGreaterThan(0);
  expect(profile.samples?.length).toBe(profile.timeDeltas?.length);
  expect(cpuSeconds).toBeGreaterThan(0);
});
