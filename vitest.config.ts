import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Against a real control plane: npm run test:cluster.
    exclude: [...configDefaults.exclude, 'test/cluster/**'],
    // Google's emulators, where they are installed, serve all suites that want them.
    globalSetup: ['./test/support/emulators.global.ts', './test/cluster/announcement.global.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
