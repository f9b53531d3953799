import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { localShoot, ShootFileError } from '../../infra/local/world/shoot-file.ts';
import {
  InvalidMaintenanceWindow,
  nextOpening,
  parseMaintenanceWindow,
} from '../../shared/migration/maintenance-window.ts';
import { NODE_ROLLOUT, readShootRollout } from '../../shared/migration/node-rollout.ts';
import { InvalidShoot, parseShoot } from '../../shared/migration/shoot.ts';
import { manifest } from '../support/shoot-manifest.ts';
import { PATIENCE, runs } from './runs.ts';
import { hostileText, hostileValue, near } from './values.ts';
import { hostileYaml } from './yaml.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A manifest with all that the product looks at. */
const full = {
  ...manifest(),
  metadata: {
    name: 'api',
    namespace: 'garden-core',
    uid: '0f7c3b0e-5f5e-4d52-9a53-3c1e6b8f2a10',
    annotations: { [NODE_ROLLOUT.mode]: 'drain', [NODE_ROLLOUT.pools]: 'a,b', [NODE_ROLLOUT.surge]: '2' },
  },
  spec: {
    ...(manifest().spec as object),
    kubernetes: { version: '1.34.2', kubeControllerManager: { nodeCIDRMaskSize: 24 } },
    hibernation: { enabled: false },
    provider: {
      type: 'gcp',
      workers: [{ name: 'a', maxSurge: 1, maxUnavailable: '25%' }, { name: 'b' }],
      infrastructureConfig: { networks: { vpc: { name: 'own' } } },
    },
  },
};

const anyManifest = fc.oneof({ weight: 4, arbitrary: near(full) }, { weight: 1, arbitrary: hostileValue });

describe('a Shoot manifest', () => {
  test('is understood, or refused with every problem at its field', PATIENCE, () => {
    fc.assert(
      fc.property(anyManifest, (value) => {
        try {
          const shoot = parseShoot(value);
          expect(shoot.key).toBe(`${shoot.namespace}/${shoot.name}`);
          for (const text of [shoot.key, shoot.technicalId, shoot.region, shoot.network, shoot.uid]) {
            expect(text).toMatch(/^[A-Za-z0-9/-]{1,200}$/);
          }
        } catch (error) {
          if (!(error instanceof InvalidShoot)) throw error;
          expect(error.problems.length).toBeGreaterThan(0);
          for (const problem of error.problems) expect(problem).toMatch(/^(\(whole\)|[a-z][\w.[\]-]*): ./is);
        }
      }),
      runs(300),
    );
  });

  test('says how nodes are replaced, or why that is not understood, and never throws', PATIENCE, () => {
    const annotations = fc
      .record(
        {
          [NODE_ROLLOUT.mode]: hostileText,
          [NODE_ROLLOUT.pools]: hostileText,
          [NODE_ROLLOUT.surge]: hostileText,
        },
        { requiredKeys: [] },
      )
      .map((some) => ({ ...full, metadata: { ...full.metadata, annotations: some } }));
    fc.assert(
      fc.property(fc.oneof(annotations, anyManifest), (value) => {
        const { rollout } = readShootRollout(value);
        if (rollout.mode === 'invalid') {
          expect(rollout.problems.length).toBeGreaterThan(0);
          for (const problem of rollout.problems) expect(problem).toMatch(/: ./);
        }
        if (rollout.mode === 'drain') {
          expect(rollout.surge).toBeGreaterThanOrEqual(1);
          expect(rollout.surge).toBeLessThanOrEqual(50);
        }
        if (rollout.mode === 'drain' || rollout.mode === 'gardener') {
          const known = readShootRollout(value).workers.map(({ name }) => name);
          for (const pool of rollout.pools ?? []) expect(known).toContain(pool);
        }
      }),
      runs(200),
    );
  });

  test('in a file, YAML or JSON, is used or refused with the file’s name', PATIENCE, () => {
    const file = join(folder, 'shoot.yaml');
    const text = fc.oneof(
      hostileYaml,
      hostileText,
      anyManifest.map((value) => JSON.stringify(value) ?? ''),
    );
    fc.assert(
      fc.property(text, (content) => {
        writeFileSync(file, content);
        try {
          expect(localShoot(file, 1).shoot.name).toMatch(/^[a-z0-9-]+$/);
        } catch (error) {
          if (!(error instanceof ShootFileError)) throw error;
          expect(error.message.startsWith(`${file}: `)).toBe(true);
          expect(error.message.length).toBeGreaterThan(file.length + 5);
        }
      }),
      runs(100),
    );
  });
});

test('a manifest in a file that holds itself is refused, naming the file', () => {
  const file = join(folder, 'cyclic.yaml');
  writeFileSync(file, 'kind: Shoot\nmetadata: {annotations: &a {x: *a}}\nspec: {}\n');
  expect(() => localShoot(file, 1)).toThrow(ShootFileError);
});

describe('a maintenance window', () => {
  const time = fc.oneof(
    hostileText,
    fc
      .tuple(fc.nat(29), fc.nat(69), fc.nat(69), fc.constantFrom('+', '-', 'Z', ''), fc.nat(2999))
      .map(
        ([hours, minutes, seconds, sign, offset]) =>
          `${[hours, minutes, seconds].map((part) => String(part).padStart(2, '0')).join('')}${sign}${String(offset).padStart(4, '0')}`,
      ),
  );

  test(
    'is understood as two times of a day and opens within one, or is refused by its field',
    PATIENCE,
    () => {
      fc.assert(
        fc.property(time, time, fc.integer({ min: 0, max: 4e12 }), (begin, end, now) => {
          try {
            const window = parseMaintenanceWindow(begin, end);
            const opening = nextOpening(window, now);
            expect(opening).toBeGreaterThanOrEqual(now);
            expect(opening - now).toBeLessThanOrEqual(86_400_000);
          } catch (error) {
            if (!(error instanceof InvalidMaintenanceWindow)) throw error;
            expect(['begin', 'end', 'timeWindow']).toContain(error.field);
            expect(error.message).toMatch(/HHMMSS|expected 30 minutes to 6 hours/);
            expect(error.message.length).toBeLessThan(600);
          }
        }),
        runs(800),
      );
    },
  );
});
