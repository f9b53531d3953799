import type { AuditReport, Finding, Manifest } from './schema.ts';
import { nameOf, plain } from './text.ts';
import { yamlOf } from './yaml.ts';

/** A manifest as YAML, ending with a line break. */
export function manifestText({ document }: Manifest): string {
  return yamlOf(document);
}

/** How a manifest in a file is tried out; without `--dry-run=server` it is done. */
export function commandFor({ how }: Manifest, file = 'FILE'): string {
  return how === 'patch'
    ? `kubectl patch --type merge -f ${file} --patch-file ${file} --dry-run=server`
    : `kubectl create -f ${file} --dry-run=server`;
}

/** What the API server said to it, as a sentence. */
export function dryRunText({ dryRun }: Manifest): string {
  if (dryRun === undefined) return 'Not tried out.';
  if (dryRun.result === 'accepted') return 'A dry run on the API server accepts it.';
  const said = dryRun.result === 'refused' ? 'A dry run on the API server refuses it' : 'Not tried out';
  return `${said}: ${plain(dryRun.why)}`;
}

/** All suggested manifests, each a document of its own with what it is for in a comment above it. */
export function renderManifests({ findings }: Pick<AuditReport, 'findings'>): string {
  return findings
    .flatMap((finding) => (finding.manifest ? [documentFor(finding, finding.manifest)] : []))
    .join('');
}

function documentFor({ rule, object, todo }: Finding, manifest: Manifest): string {
  const comments = [`${nameOf(object)} (${rule})`, plain(todo), dryRunText(manifest), commandFor(manifest)];
  return `---\n${comments.map((comment) => `# ${comment}\n`).join('')}${manifestText(manifest)}`;
}
