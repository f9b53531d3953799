import type { TestProject } from 'vitest/node';
import type { Emulators } from '../../infra/local/backends/emulators/index.ts';
import { findEmulators, startEmulators } from '../../infra/local/backends/emulators/index.ts';
import type { EmulatorsForTests } from './emulators.ts';

/**
 * Vitest's global set-up: starts Google's emulators once for the whole run, where they are installed. Without them
 * the tests that need them are reported as skipped; found but broken fails a run with CI=true.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { forTests, stop } = await emulatorsForTests();
  project.provide('emulators', forTests);
  if ('reason' in forTests) process.stderr.write(`Emulator tests are skipped: ${forTests.reason}\n`);
  return stop;
}

async function emulatorsForTests(): Promise<{ forTests: EmulatorsForTests; stop: () => Promise<void> }> {
  const nothing = () => Promise.resolve();
  const found = await findEmulators();
  if (!found.available) return { forTests: { reason: found.reason }, stop: nothing };
  let emulators: Emulators;
  try {
    emulators = await startEmulators(found);
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    return { forTests: { reason: String(error) }, stop: nothing };
  }
  const { pubsubHost, firestoreHost, stop } = emulators;
  return { forTests: { pubsubHost, firestoreHost }, stop };
}
