import { describe, expect, test } from 'vitest';
import { lossChart } from '../../infra/local/bench/chart/chart.ts';
import type { Figures } from '../../infra/local/bench/figures.ts';
import { markdownTable, textTable, unfinished } from '../../infra/local/bench/table.ts';
import { verdictsOn } from '../../infra/local/bench/targets.ts';

function figures(changed: Partial<Figures>): Figures {
  return {
    nodes: 130,
    strategy: 'overlap',
    seed: 1,
    outcome: 'done',
    lostNodeSeconds: 0,
    longestNodeGapSeconds: 0,
    nodesLeftUnreached: 0,
    mutationsPerNode: 2.04,
    readsPerNode: 0.7,
    operationCallsPerNode: 2,
    simulatedSeconds: 350,
    withRolloutSeconds: null,
    lowerBoundSeconds: 300,
    soakSeconds: 120,
    functionRuns: 6,
    longestRunSeconds: 200,
    peakRssMb: 300,
    wallSeconds: 5,
    ...changed,
  };
}

function verdict(about: string, all: readonly Figures[]) {
  return verdictsOn(all).find(({ target }) => target.includes(about));
}

describe('the verdicts on the targets', () => {
  test('say reached and not reached with the figures', () => {
    expect(verdict('mutations per node', [figures({})])).toMatchObject({ measured: '2.04', reached: true });
    const tooSlow = [figures({ simulatedSeconds: 390 })];
    expect(verdict('the lower bound', tooSlow)).toMatchObject({
      measured: expect.stringMatching(/^1\.3 ×/),
      reached: false,
    });
    expect(verdict('lost node-seconds at every size', [figures({ lostNodeSeconds: 0.5 })])?.reached).toBe(
      false,
    );
  });

  test('compare cutover with the reference, and say nothing while one of the two is missing', () => {
    const cutover = figures({ strategy: 'cutover', lostNodeSeconds: 100 });
    expect(verdict('a fifth', [cutover])).toBeUndefined();
    const reference = (lostNodeSeconds: number) => figures({ strategy: 'gardener', lostNodeSeconds });
    expect(verdict('a fifth', [cutover, reference(500)])?.reached).toBe(true);
    expect(verdict('a fifth', [cutover, reference(499)])?.reached).toBe(false);
  });

  test('never call a target reached by a case that did not come to its end', () => {
    const blocked = [figures({ outcome: 'NoFreeBlock in migrate-routes', readsPerNode: 0 })];
    for (const { reached, measured } of verdictsOn(blocked)) {
      expect({ reached, measured }).toEqual({
        reached: false,
        measured: 'overlap with 130 nodes did not come to its end',
      });
    }
  });
});

describe('the tables', () => {
  test('have a row for each case and a cell for each column', () => {
    const all = [figures({}), figures({ strategy: 'rollover', withRolloutSeconds: 1_041 })];
    const rows = markdownTable(all).split('\n');
    expect(rows).toHaveLength(2 + all.length);
    expect(new Set(rows.map((row) => row.split('|').length)).size).toBe(1);
    expect(rows[3]).toContain('| 1041 |');
    expect(
      new Set(
        textTable(all)
          .split('\n')
          .map(({ length }) => length),
      ).size,
    ).toBe(1);
  });

  test('name what did not come to its end, and who is left unreached', () => {
    const broken = figures({ strategy: 'gardener', outcome: 'attempt 3 failed', nodesLeftUnreached: 12 });
    expect(unfinished([figures({}), broken])).toEqual([
      'gardener with 130 nodes: attempt 3 failed; 12 nodes are left unreached',
    ]);
  });
});

describe('the chart', () => {
  const all = [
    figures({ nodes: 30, strategy: 'gardener', lostNodeSeconds: 1_850 }),
    figures({ nodes: 130, strategy: 'gardener', lostNodeSeconds: 9_700 }),
    figures({ nodes: 1_000, strategy: 'gardener', lostNodeSeconds: 30_000, outcome: 'attempt 3 failed' }),
    figures({ nodes: 30, strategy: 'overlap' }),
    figures({ nodes: 1_000, strategy: 'overlap' }),
  ];

  test('draws zero in a row of its own below the logarithmic part', () => {
    const [lossy, zero] = ['gardener', 'overlap'].map((name) => linePoints(lossChart(all), name));
    expect(zero?.every(({ y }) => y === zero[0]?.y)).toBe(true);
    expect(Math.max(...(lossy ?? []).map(({ y }) => y))).toBeLessThan(zero?.[0]?.y ?? 0);
    // More loss is further up, more nodes further to the right.
    expect(lossy?.[1]?.y).toBeLessThan(lossy?.[0]?.y ?? 0);
    expect(lossy?.[1]?.x).toBeGreaterThan(lossy?.[0]?.x ?? 0);
  });

  test('shows a case that did not come to its end hollow and off the line, and follows the reader’s colour scheme', () => {
    const svg = lossChart(all);
    expect(svg.match(/class="marker gardener hollow"/g)).toHaveLength(1);
    expect(svg.match(/class="marker \w+ full"/g)).toHaveLength(4);
    expect(linePoints(svg, 'gardener')).toHaveLength(2);
    expect(svg).toContain('prefers-color-scheme: dark');
  });

  test('is drawn also when nothing was lost, and of a single size', () => {
    expect(lossChart([figures({})])).not.toMatch(/NaN|Infinity|undefined/);
  });
});

function linePoints(svg: string, name: string) {
  const [, path = ''] = new RegExp(`class="line ${name}" d="([^"]+)"`).exec(svg) ?? [];
  return [...path.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
}
