import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BadScenario, parseScenario } from '../../infra/local/cluster/scenario-file.ts';
import { clusterScenario } from '../../infra/local/example/cluster-scenario.ts';
import { computeScenario } from '../../infra/local/example/compute-scenario.ts';
import { exampleCluster } from '../../infra/local/example/nodes.ts';
import { computeInProcess, ScenarioError } from '../../infra/local/gce/index.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { PATIENCE, runs } from './runs.ts';
import { hostileText, hostileValue, near } from './values.ts';
import { hostileYaml, YAML_TRICKS } from './yaml.ts';

const cluster = exampleCluster({ nodes: 1 });

describe('a scenario of Compute Engine', () => {
  const good = computeScenario(cluster);

  test('is served, or refused with the field that is wrong', PATIENCE, () => {
    const clock = virtualClock();
    const scenario = fc.oneof(
      { weight: 5, arbitrary: near(JSON.parse(JSON.stringify(good))) },
      { weight: 1, arbitrary: hostileValue },
    );
    fc.assert(
      fc.property(scenario, (value) => {
        try {
          // What a file holds has no type: the simulator reads it.
          computeInProcess({ clock, scenario: value as typeof good });
        } catch (error) {
          if (!(error instanceof ScenarioError)) throw error;
          expect(error.message).toMatch(/^(scenario|[a-z_]\w*)[^:]*: ./is);
          expect(error.message).not.toMatch(
            /Cannot read prop|is not a function|is not iterable|undefined \(/,
          );
        }
      }),
      runs(200),
    );
  });
});

describe('a scenario of a cluster', () => {
  const objects = JSON.parse(JSON.stringify(clusterScenario(cluster))) as object[];
  const list = { apiVersion: 'v1', kind: 'List', items: objects.slice(0, 6) };
  const text = fc.oneof(
    { weight: 3, arbitrary: near(list).map((value) => JSON.stringify(value) ?? '') },
    { weight: 1, arbitrary: hostileValue.map((value) => JSON.stringify(value) ?? '') },
    { weight: 3, arbitrary: hostileYaml },
    { weight: 1, arbitrary: hostileText },
  );

  test('is objects, or refused with the document that is wrong', PATIENCE, () => {
    fc.assert(
      fc.property(text, (content) => {
        try {
          for (const object of parseScenario(content, 'file.yaml')) {
            expect(object.kind).toMatch(/./);
            expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
            // Plain JSON: nothing of what YAML can make beside that.
            expect(JSON.parse(JSON.stringify(object))).toEqual(object);
          }
        } catch (error) {
          if (!(error instanceof BadScenario)) throw error;
          expect(error.message).toMatch(/^file\.yaml: ./);
          expect(error.message.length).toBeLessThan(2_500);
        }
      }),
      runs(150),
    );
  });

  test.each(YAML_TRICKS.map((trick, index) => [index, trick] as const))(
    'that is the trick %i of YAML is refused',
    (_index, trick) => {
      expect(() => parseScenario(trick, 'file.yaml')).toThrow(BadScenario);
    },
  );

  test('whose objects hold themselves is refused', () => {
    const cyclic = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\ndata: &d {x: *d}\n';
    expect(() => parseScenario(cyclic, 'file.yaml')).toThrow(
      /^file\.yaml: document 1: expected what JSON can hold/,
    );
  });
});
