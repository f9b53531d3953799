import { describe, inject } from 'vitest';
// Declares what is injected.
import type {} from './binaries.global.ts';

/** `describe`, where a control plane can be started; elsewhere its tests are reported as skipped. */
export const describeOnCluster = describe.skipIf(inject('clusterMissing') !== '');
