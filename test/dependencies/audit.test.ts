import { expect, test } from 'vitest';
import { auditIn, linesOf } from '../../infra/gcp/dependencies/advisories.ts';

const metadata = { vulnerabilities: { total: 0 }, dependencies: { prod: 272, dev: 140, total: 412 } };

test('each advisory is told once, by the package that it is about, whoever has it through others', () => {
  const advisory = {
    source: 1,
    name: 'deep',
    dependency: 'deep',
    title: 'reads beyond its end',
    url: 'https://github.com/advisories/GHSA-0000',
    severity: 'high',
    range: '<2.0.0',
  };
  const report = {
    auditReportVersion: 2,
    vulnerabilities: {
      deep: { name: 'deep', severity: 'high', via: [advisory], effects: ['around'] },
      around: { name: 'around', severity: 'high', via: ['deep'], effects: [] },
      beside: { name: 'beside', severity: 'high', via: [advisory], effects: [] },
    },
    metadata,
  };
  expect(linesOf(auditIn(JSON.stringify(report)))).toEqual([
    'high: deep: reads beyond its end (https://github.com/advisories/GHSA-0000)',
    '272 packages, 1 advisories',
  ]);
});

test('nothing found is said with how much was looked at', () => {
  const report = { auditReportVersion: 2, vulnerabilities: {}, metadata };
  expect(linesOf(auditIn(JSON.stringify(report)))).toEqual(['272 packages, 0 advisories']);
});

test.each([
  [
    'a registry that knows no audits',
    '{"message": "405 Method Not Allowed - POST https://registry.example.org/bulk", "statusCode": 405, "error": {"summary": ""}}',
    '405 Method Not Allowed',
  ],
  [
    'no network',
    '{"error": {"code": "ENOTFOUND", "summary": "request failed, reason: getaddrinfo ENOTFOUND"}}',
    'ENOTFOUND',
  ],
  ['nothing', '', 'npm gave no report'],
  ['no JSON', '<html>', 'npm gave no report'],
  ['another form of report', '{"auditReportVersion": 3, "vulnerabilities": {}}', 'npm gave no report'],
])('%s is no clean bill', (_, report, why) => {
  const audit = auditIn(report);
  expect(audit).toMatchObject({ kind: 'not audited', why: expect.stringContaining(why) });
  expect(linesOf(audit)[0]).toMatch(/^skipped: the dependencies were not audited/);
});
