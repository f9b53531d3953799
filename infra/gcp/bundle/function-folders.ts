import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { type BundledFile, bundle } from './bundle.ts';
import type { DeployedFunction } from './functions.ts';
import { thirdPartyLicences } from './licences.ts';
import { manifestOf } from './manifest.ts';
import { type BundledPackage, packagesOf } from './packages.ts';
import { bytesOf, filesFrom } from './reach.ts';

/** A folder that Cloud Run functions deploys as source. */
export interface FunctionFolder {
  readonly name: string;
  /** What is written there, by the name of the file. */
  readonly content: Readonly<Record<string, string>>;
  /** The bundled ones among the files. */
  readonly files: readonly BundledFile[];
  readonly packages: readonly BundledPackage[];
  /** Of all that is deployed. */
  readonly bytes: number;
  /** Of the code that is loaded before the function can serve. */
  readonly bytesAtStart: number;
}

const MAIN = 'index.mjs';

/** The module that sends the page’s files, which it looks for in the folder `web` beside it. */
const SERVES_PAGE = 'shared/edge/status/files.ts';
const WEB = 'web';

/**
 * The folder of each function: its code, `package.json` with its lock file, and the licences of what is bundled. The same
 * functions, sources and packages give the same bytes. All are bundled at once, which takes hardly longer than one.
 *
 * @throws whatever {@link bundle}, {@link manifestOf} and {@link thirdPartyLicences} throw.
 */
export async function functionFolders(
  root: string,
  all: readonly DeployedFunction[],
): Promise<readonly FunctionFolder[]> {
  const files = await bundle({
    root,
    entries: Object.fromEntries(all.map(({ name, entry }) => [name, entry])),
  });
  return all.map(({ name }) => functionFolder(root, name, files));
}

function functionFolder(root: string, name: string, all: readonly BundledFile[]): FunctionFolder {
  const entry = `${name}.mjs`;
  const files = filesFrom(all, entry, { later: true });
  const modules = files.flatMap((file) => file.modules);
  const packages = packagesOf(root, modules);
  const manifest = manifestOf(root, name, MAIN);
  const content: Record<string, string> = {
    'package.json': asFile(manifest['package.json']),
    'package-lock.json': asFile(manifest['package-lock.json']),
    THIRD_PARTY_LICENSES: thirdPartyLicences(packages),
  };
  for (const file of files) content[file.name === entry ? MAIN : file.name] = file.code;
  if (modules.includes(SERVES_PAGE)) Object.assign(content, pageFiles(root));
  return {
    name,
    content,
    files,
    packages,
    bytes: Object.values(content).reduce((sum, text) => sum + Buffer.byteLength(text), 0),
    bytesAtStart: bytesOf(filesFrom(all, entry, { later: false })),
  };
}

/** Texts all of them. @throws Error naming a file that is none: what is deployed is written as text. */
function pageFiles(root: string): Readonly<Record<string, string>> {
  const entries = readdirSync(join(root, WEB), { recursive: true, withFileTypes: true });
  // What is for those who write the page is sent to nobody.
  const files = entries.filter((entry) => entry.isFile() && !/\.(md|json|ts)$/.test(entry.name));
  const texts = files.map(({ parentPath, name }) => {
    const file = join(parentPath, name);
    const text = readFileSync(file, 'utf8');
    if (text.includes('\uFFFD')) throw new Error(`${file} is no text`);
    return [relative(root, file).split(sep).join('/'), text] as const;
  });
  return Object.fromEntries(texts.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Writes it anew below the folder of all functions; nothing that was there before is left. Returns its path. */
export function writeFolder(below: string, { name, content }: FunctionFolder): string {
  const path = join(below, name);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  for (const [file, text] of Object.entries(content)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  return path;
}

/** Where the folders are written for deployment. */
export function foldersOf(root: string): string {
  return join(root, 'dist', 'functions');
}

function asFile(json: object): string {
  return `${JSON.stringify(json, null, 2)}\n`;
}
