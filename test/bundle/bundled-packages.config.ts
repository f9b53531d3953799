import { pathToFileURL } from 'node:url';
import { configDefaults, defineConfig, type Plugin } from 'vitest/config';
import { z } from 'zod';

/**
 * For suites that are to run over packages as they are in bundles: BUNDLED_PACKAGES says which module of which package is
 * which file. Everything else is loaded as in any other run.
 */
const bundled = z.record(z.string(), z.string()).parse(JSON.parse(process.env.BUNDLED_PACKAGES ?? '{}'));

const fromBundle: Plugin = {
  name: 'from-bundle',
  enforce: 'pre',
  resolveId(source) {
    const file = bundled[source];
    return file === undefined ? undefined : { id: pathToFileURL(file).href, external: true };
  },
};

export default defineConfig({
  plugins: [fromBundle],
  test: {
    include: ['test/**/*.test.ts'],
    // Remembers what imports were resolved to, by the importing file: here the same file imports something else each time.
    fsModuleCache: false,
    exclude: [...configDefaults.exclude, 'test/cluster/**', 'test/bundle/**'],
    globalSetup: ['./test/support/emulators.global.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
