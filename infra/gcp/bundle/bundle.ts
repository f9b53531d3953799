import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { relative, sep } from 'node:path';
import { type OutputChunk, type Plugin, type RolldownOptions, rolldown } from 'rolldown';
import { computeMethods } from './descriptors/compute.ts';
import { parseDescriptor } from './descriptors/descriptor.ts';
import { type MethodsByService, prunedTo } from './descriptors/prune.ts';
import { LEFT_OUT, standIn } from './left-out.ts';

/** The one package that stays outside: the runtime starts it, and functions register with the copy that it starts. */
export const FRAMEWORK = '@google-cloud/functions-framework';

const COMPUTE_DESCRIPTORS = '@google-cloud/compute/build/protos/protos.json';

export interface BundleOptions {
  /** The project's folder, in whose `node_modules` packages are looked up. */
  readonly root: string;
  /** Modules to start from, by the name of their file in the bundle. */
  readonly entries: Readonly<Record<string, string>>;
  /** Which of Compute Engine's methods can be called; those of the adapter when left out. */
  readonly methods?: MethodsByService;
}

/** A file of a bundle. */
export interface BundledFile {
  readonly name: string;
  readonly code: string;
  /** Modules whose code is in it, relative to the project's folder. */
  readonly modules: readonly string[];
  /** Files of the bundle that are loaded with it. */
  readonly imports: readonly string[];
  /** Files of the bundle that are loaded when they are needed. */
  readonly laterImports: readonly string[];
  /** What is loaded from elsewhere: modules of Node, and the framework. */
  readonly outside: readonly string[];
}

/**
 * Puts modules and all that they import into a few files, the same ones for the same input. What several entries have in common
 * is in files that they share; none loads a module that it does not import. What is imported by `import()` is in files of its
 * own, too, and costs nothing until then. The code keeps its names and lines, for the sake of stack traces: to
 * shrink it made it load no faster. Only comments go; see {@link LEFT_OUT} and {@link prunedTo} for what else does.
 *
 * @throws Error for an import that is neither a module, nor Node's, nor the framework; what the bundler says otherwise.
 */
export async function bundle(options: BundleOptions): Promise<readonly BundledFile[]> {
  await using building = await rolldown(inputOf(options));
  const { output } = await building.generate({
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
    comments: false,
    // CommonJS modules have these two by nature; packages look for files beside them, which bundles do not need.
    intro: 'const __dirname = import.meta.dirname, __filename = import.meta.filename;',
  });
  return output
    .flatMap((file) => (file.type === 'chunk' ? [described(file, options.root)] : []))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function inputOf({ root, entries, methods = computeMethods() }: BundleOptions): RolldownOptions {
  return {
    cwd: root,
    input: { ...entries },
    platform: 'node',
    external: [FRAMEWORK, ...builtinModules, /^node:/],
    plugins: [prunedDescriptors(methods), withoutLeftOut()],
    // A slow machine is no reason to fail.
    checks: { bundlerTimings: false },
    onLog(level, log) {
      // A package that is not found would be left to chance, at run time.
      if (level === 'warn') throw new Error(`the bundler warns (${log.code}): ${log.message}`);
    },
  };
}

/** Compute Engine's descriptors, 12 MB as they come, cut down to what calls of the methods need. */
function prunedDescriptors(methods: MethodsByService): Plugin {
  return {
    name: 'pruned-descriptors',
    load: {
      filter: { id: fileOf(COMPUTE_DESCRIPTORS) },
      handler(id) {
        const pruned = prunedTo(parseDescriptor(readFileSync(id, 'utf8')), methods);
        return { code: JSON.stringify(pruned), moduleType: 'json' };
      },
    },
  };
}

function withoutLeftOut(): Plugin {
  return {
    name: 'without-left-out',
    load: {
      filter: { id: LEFT_OUT.map(fileOf) },
      handler(id) {
        const module = LEFT_OUT.find((known) => fileOf(known).test(id)) ?? id;
        return { code: standIn(module), moduleType: 'js' };
      },
    },
  };
}

/** The file of a package, e.g. `google-gax/build/protos/locations.js`, wherever it is installed and whatever the system. */
function fileOf(module: string): RegExp {
  const parts = ['', 'node_modules', ...module.split('/').map((part) => RegExp.escape(part))];
  return new RegExp(`${parts.join('[/\\\\]')}$`);
}

function described(chunk: OutputChunk, root: string): BundledFile {
  const inBundle = (name: string) => name.endsWith('.mjs');
  return {
    name: chunk.fileName,
    code: chunk.code,
    modules: chunk.moduleIds.filter((id) => !id.startsWith('\0')).map((id) => modulePath(relative(root, id))),
    imports: chunk.imports.filter(inBundle),
    laterImports: chunk.dynamicImports.filter(inBundle),
    outside: [...chunk.imports, ...chunk.dynamicImports].filter((name) => !inBundle(name)),
  };
}

/** With slashes whatever the system, and without what the bundler adds to tell one use of a module from another. */
function modulePath(id: string): string {
  return id.replace(/\?.*$/s, '').replaceAll(sep, '/');
}
