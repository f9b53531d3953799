import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { computeMethods } from '../../infra/gcp/bundle/descriptors/compute.ts';
import { runningEmulators } from '../support/emulators.ts';
import { bundledPackages, COMPUTE_CLIENTS, runOver, STORE_AND_BUS } from './bundled-packages.ts';
import { temporaryFolder } from './installed.ts';

const below = temporaryFolder();
afterAll(() => rmSync(below, { recursive: true, force: true }));

const PATIENCE_MS = 300_000;
/** One without the other: so none is looked for, nor started. */
const NO_EMULATORS = { PUBSUB_EMULATOR_HOST: 'none' };

/** Every method of the port over the simulator, its requests and answers compared with those of plain HTTP. */
const COMPUTE_CONTRACT = ['test/compute/direct.test.ts', 'test/compute/reads.test.ts'];

describe('Compute Engine’s clients as bundles have them', () => {
  test(
    'are enough for all that the adapter does',
    async () => {
      const packages = await bundledPackages(join(below, 'compute'), COMPUTE_CLIENTS);
      const { exitCode, said } = await runOver(packages, COMPUTE_CONTRACT, { env: NO_EMULATORS });
      expect(exitCode, said).toBe(0);
      expect(said).toMatch(/Tests +\d+ passed/);
    },
    PATIENCE_MS,
  );

  test(
    'fail the same suite as soon as it uses a method that was pruned away',
    async () => {
      const { 'google.cloud.compute.v1.Firewalls': firewalls = [], ...others } = computeMethods();
      const fewer = {
        ...others,
        'google.cloud.compute.v1.Firewalls': firewalls.filter((method) => method !== 'patch'),
      };
      const packages = await bundledPackages(join(below, 'fewer'), COMPUTE_CLIENTS, fewer);
      const { exitCode, said } = await runOver(packages, COMPUTE_CONTRACT, {
        env: NO_EMULATORS,
        only: 'nothing in the way',
      });
      expect(exitCode, said).toBe(1);
      expect(said).toMatch(/FAIL .* firewall rules: nothing in the way/);
      expect(said).toMatch(/Tests +1 failed/);
    },
    PATIENCE_MS,
  );
});

const emulators = runningEmulators();

describe.skipIf(emulators === undefined)('Firestore’s and Pub/Sub’s clients as bundles have them', () => {
  test(
    'are enough for all that store and bus do',
    async () => {
      if (emulators === undefined) throw new Error('the emulators are not running');
      const packages = await bundledPackages(join(below, 'store-and-bus'), STORE_AND_BUS);
      const { exitCode, said } = await runOver(
        packages,
        ['test/contract/documents.test.ts', 'test/contract/bus.test.ts'],
        {
          env: {
            PUBSUB_EMULATOR_HOST: emulators.pubsubHost,
            FIRESTORE_EMULATOR_HOST: emulators.firestoreHost,
          },
          only: 'emulator',
        },
      );
      expect(exitCode, said).toBe(0);
      expect(said).toMatch(/Tests +\d+ passed/);
    },
    PATIENCE_MS,
  );
});
