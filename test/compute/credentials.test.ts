import { afterEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { ComputeUnavailable } from '../../shared/compute/errors.ts';
import { googleCompute } from '../../shared/compute/google/index.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('credentials that cannot be had are an error of the call and not the end of the process', async () => {
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '/nowhere/credentials.json');
  const compute = googleCompute({ project: 'p', region: 'europe-west1', clock: systemClock });
  const asked = compute.network('n');
  await expect(asked).rejects.toThrow(ComputeUnavailable);
  await expect(asked).rejects.toThrow('authentication');
  await expect(compute.routes('n')).rejects.toThrow('authentication');
});
