import { expect, test } from 'vitest';
import { permissionsInShoot } from '../../shared/kubernetes/permission.ts';
import { CHECKS, type CheckName, findingsIn } from '../../shared/steps/preflight/checks/index.ts';
import { type Examples, type Facts, manyRoutes } from './preflight-examples/example.ts';
import { LIMITS } from './preflight-examples/limits.ts';
import { NETWORK } from './preflight-examples/network.ts';
import { NETWORK_PLUGIN } from './preflight-examples/network-plugin.ts';
import { NODES } from './preflight-examples/nodes.ts';
import { RANGES } from './preflight-examples/ranges.ts';
import { RIGHTS } from './preflight-examples/rights.ts';
import { ROUTES } from './preflight-examples/routes.ts';
import { hibernated, SHOOT } from './preflight-examples/shoot.ts';
import { node, scene } from './preflight-scene.ts';

/** One entry for each check: what it lets pass, and what it does not. */
const EXAMPLES: Readonly<Record<CheckName, Examples>> = {
  ...SHOOT,
  ...RIGHTS,
  ...NETWORK,
  ...RANGES,
  ...NODES,
  ...NETWORK_PLUGIN,
  ...ROUTES,
  ...LIMITS,
};

function judge(name: string, changes: Facts) {
  return findingsIn(scene(changes)).find(({ check }) => check === name);
}

const examples = Object.entries<Examples>(EXAMPLES);
const passing = examples.flatMap(([name, { passing: changes = {} }]) =>
  changes === 'never' ? [] : [{ name, changes }],
);
const failing = examples.flatMap(([name, each]) => each.failing.map((example) => ({ name, ...example })));

test.each(passing)('$name lets pass what is in order', ({ name, changes }) => {
  expect(judge(name, changes)).toEqual({ check: name, severity: 'pass', message: expect.any(String) });
});

test.each(failing)('$name tells $reason ($severity): $says', (example) => {
  const { name, facts: changes, severity, reason, says, rulesOut } = example;
  const finding = judge(name, changes);
  expect(finding).toMatchObject({ severity, reason, message: expect.stringMatching(says) });
  expect(finding?.remedy).toMatch(/\S.*\.$/);
  expect(finding?.rulesOut).toEqual(rulesOut);
});

test('a cluster against which nothing speaks gets one finding of each check, and is warned of the guest agent alone', () => {
  const findings = findingsIn(scene());
  expect(findings.map(({ check }) => check)).toEqual(Object.keys(CHECKS));
  expect(findings.filter(({ severity }) => severity !== 'pass').map(({ check }) => check)).toEqual([
    'guest-agent-leaves-aliases',
  ]);
});

test('of a hibernated cluster that it sleeps is all that is told', () => {
  const told = findingsIn(scene(hibernated)).filter(({ severity }) => severity !== 'pass');
  expect(told.map(({ check }) => check)).toEqual(['shoot-is-awake']);
});

test('of a cluster that may not be read nothing is told but what the Shoot says and what is missing', () => {
  const [lacking] = permissionsInShoot('base');
  if (lacking === undefined) throw new Error('base gives nothing');
  const findings = findingsIn(
    scene({
      closed: true,
      rights: { missing: [lacking], unknown: [] },
      nodes: [],
      networkPlugin: undefined,
      cloudControllerManager: undefined,
    }),
  );
  expect(findings.filter(({ severity }) => severity !== 'pass').map(({ check }) => check)).toEqual([
    'rights-are-granted',
  ]);
  expect(findings.map(({ check }) => check)).not.toContain('cluster-has-nodes');
});

test('of a manifest that is not understood nothing else of the shoot is told', () => {
  const told = findingsIn(scene({ shoot: undefined, shootProblems: ['spec: expected object'] }));
  expect(told.filter(({ severity }) => severity === 'block').map(({ check }) => check)).toEqual([
    'shoot-is-understood',
  ]);
});

test('messages stay short in a cluster of thousands', () => {
  const indices = Array.from({ length: 5_000 }, (_, index) => index);
  const findings = findingsIn(
    scene({
      nodes: indices.map((index) => node(index, { ready: false, podCidrs: [] })),
      instances: [],
      routes: manyRoutes(5_000),
    }),
  );
  for (const { message } of findings) expect(message.length).toBeLessThan(1_000);
});
