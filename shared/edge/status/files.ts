import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type Answer, versionOf } from '../http/answer.ts';
import type { Problem } from '../http/problem.ts';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  webmanifest: 'application/manifest+json',
};

/** More and larger files than a page has; what lies in the folder is sent as it is. */
const MOST_FILES = 100;
const MOST_BYTES = 2_000_000;

/** The files of the page by their path, read once: nothing that is asked for becomes part of a file’s name. */
export type Files = ReadonlyMap<string, Answer>;

/** Where the page’s files are: beside the bundle that is deployed, or in the project. */
export function webFolder(): string {
  const bundled = join(import.meta.dirname, 'web');
  return existsSync(bundled) ? bundled : join(import.meta.dirname, '..', '..', '..', 'web');
}

/** @throws Error naming a file that is too large, or of a kind that no page has. */
export async function readFiles(folder: string): Promise<Files> {
  const files = new Map<string, Answer>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile() && !each.name.endsWith('.md'))) {
    const file = join(entry.parentPath, entry.name);
    const type = TYPES[entry.name.split('.').at(-1) ?? ''];
    // Sources, say, that something else makes a script of.
    if (type === undefined) continue;
    const body = await readFile(file);
    if (body.length > MOST_BYTES || files.size >= MOST_FILES) throw new Error(`${file}: too much for a page`);
    const path = `/${relative(folder, file).split(sep).join('/')}`;
    files.set(path, { kind: 'answer', status: 200, type, body, etag: `W/"${versionOf(body)}"` });
  }
  const index = files.get('/index.html');
  if (index !== undefined) files.set('/', index);
  return files;
}

/** @throws Problem for what is none. */
export function fileAt(files: Files, path: string, otherwise: () => Problem): Answer {
  const file = files.get(path);
  if (file === undefined) throw otherwise();
  return file;
}
