import { defineConfig } from 'vitest/config';

/** Tests against a real Kubernetes control plane: `npm run test:cluster`, from the root of the project. */
export default defineConfig({
  test: {
    include: ['test/cluster/**/*.test.ts'],
    globalSetup: ['./test/cluster/binaries.global.ts'],
    // Each file has a control plane of its own, half a gigabyte and a core for some seconds each.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
