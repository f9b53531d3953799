import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What `go.mod` says is built: the one place where these versions stand. */
export interface Pinned {
  /** As Kubernetes writes it: `v1.2.3`. */
  readonly kubernetes: string;
  /** The least Go that builds it, as Go writes it: `1.2.3`. */
  readonly go: string;
  /** Stands for these modules on this kind of machine. */
  readonly key: string;
}

/** The folder of the Go module. */
export const MODULE_FOLDER = fileURLToPath(new URL('../', import.meta.url));

export function pinned(): Pinned {
  const [mod, sum] = ['go.mod', 'go.sum'].map((name) => readFileSync(`${MODULE_FOLDER}${name}`, 'utf8'));
  if (mod === undefined || sum === undefined) throw new Error(`${MODULE_FOLDER} has no go.mod and go.sum`);
  const hash = createHash('sha256').update(`${mod}\0${sum}\0${process.platform}/${process.arch}`);
  return {
    kubernetes: captured(mod, /^\s*k8s\.io\/kubernetes (v\d+\.\d+\.\d+)\b/m),
    go: captured(mod, /^go (\d+\.\d+(?:\.\d+)?)$/m),
    key: hash.digest('hex').slice(0, 16),
  };
}

function captured(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`${MODULE_FOLDER}go.mod has no line like ${pattern}`);
  return found;
}
