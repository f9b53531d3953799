import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { auditIn, linesOf } from './advisories.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * `npm run audit`: the known advisories about what functions run with; 1 if there are any. Where the registry has no answer it
 * says that nothing was audited, and ends with 0: a machine without a network is none that is at risk.
 *
 * Offline, npm itself reports that it found nothing, so it is told not to be.
 */
const { stdout, error } = spawnSync(
  'npm',
  ['audit', '--omit=dev', '--json', '--offline=false', '--fetch-retries=1', '--fetch-timeout=60000'],
  { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, timeout: 300_000 },
);
const audit =
  error === undefined ? auditIn(stdout) : ({ kind: 'not audited', why: `npm: ${error.message}` } as const);
for (const line of linesOf(audit)) process.stdout.write(`${line}\n`);
process.exitCode = audit.kind === 'audited' && audit.advisories.length > 0 ? 1 : 0;
