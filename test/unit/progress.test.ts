import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { stepLines } from '../../infra/local/report/progress.ts';
import type { Timestamp } from '../../shared/clock.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import { migrationWith } from '../steps/fixtures.ts';

const AT = '2026-01-01T00:00:00.000Z' as Timestamp;

function lines(changes: Partial<Migration>): string[] {
  return stepLines({ ...migrationWith(), ...changes }, 120).map((line) =>
    stripVTControlCharacters(line).trimEnd(),
  );
}

describe('the picture of a migration', () => {
  test('shows what the preflight found once it is done', () => {
    const { plan } = migrationWith();
    const findings = (['pass', 'warning', 'warning'] as const).map((severity, index) => ({
      check: `check-${index}`,
      severity,
      message: 'x',
    }));
    const shown = lines({ plan: { ...plan, findings }, position: 'migrate-routes' });
    expect(shown.slice(0, 4)).toEqual([
      '  ✔ preflight            overlap: 3 checks, 2 warnings',
      '  ✔ enable-ipv6-subnets',
      '  ▸ migrate-routes',
      '    check-nodes',
    ]);
  });

  test('shows the way back below the steps, and where it was asked for', () => {
    const abort = { requestedAt: AT, from: 'migrate-routes' } as const;
    const shown = lines({ position: 'abort', abort, status: { kind: 'aborted', since: AT } });
    expect(shown[1]).toBe('  ✔ enable-ipv6-subnets');
    expect(shown[2]).toBe('    migrate-routes');
    expect(shown.at(-1)).toBe(
      '  ▸ abort                done: what was found before the migration is there again',
    );
  });

  test('shows why a preflight blocks', () => {
    const status = {
      kind: 'blocked',
      since: AT,
      reason: 'x',
      message: '1 of 46 checks blocks',
      remedy: 'y',
    } as const;
    expect(lines({ status })[0]).toBe('  ▸ preflight            blocked: 1 of 46 checks blocks');
  });
});
