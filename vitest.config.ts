import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Google's emulators, where they are installed, serve all suites that want them.
    globalSetup: ['./test/support/emulators.global.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
