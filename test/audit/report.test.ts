import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import {
  type AuditReport,
  renderJson,
  renderManifests,
  renderMarkdown,
  renderTable,
  reportJsonSchema,
  reportSchema,
} from '../../shared/audit/index.ts';
import { BAD_OBJECTS } from './bad-objects.ts';
import { FINE } from './fine-cluster.ts';
import { auditOf } from './listed-cluster.ts';
import { IPV6_FIRST, madeSlice, PODS_IPV6, pod, service } from './objects.ts';

const ESCAPE = '\u001b';

async function badReport(): Promise<AuditReport> {
  return await auditOf([...FINE, ...BAD_OBJECTS.flatMap(({ objects }) => objects)]);
}

describe('the table', () => {
  test.each([20, 40, 80, 100, 132, 240])('in a terminal of %i columns no line is longer', async (width) => {
    const text = renderTable(await badReport(), { width, wide: true });
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  test('whatever the width, every finding is there', async () => {
    const report = await badReport();
    for (const width of [undefined, 20, 80, 200]) {
      const letters = renderTable(report, { width }).replaceAll(/\s/g, '');
      for (const { rule, what } of report.findings) {
        expect(letters).toContain(rule);
        expect(letters).toContain(what.replaceAll(/\s/g, ''));
      }
    }
  });

  test('in a pipe each finding is one line, and nothing is coloured', async () => {
    const report = await badReport();
    const text = renderTable(report, { colours: true });
    expect(text).not.toContain(ESCAPE);
    const lines = text.split('\n').filter((line) => /^(critical|warning|notice) /.test(line));
    expect(lines).toHaveLength(report.findings.length);
  });

  test('colours are there only where they are asked for', async () => {
    const report = await badReport();
    expect(renderTable(report, { width: 120, colours: true })).toContain(ESCAPE);
    expect(renderTable(report, { width: 120 })).not.toContain(ESCAPE);
  });
});

test('the JSON is what its schema says, and its schema is one', async () => {
  const report = await badReport();
  expect(reportSchema.parse(JSON.parse(renderJson(report)))).toEqual(report);
  expect(reportJsonSchema()).toMatchObject({
    type: 'object',
    required: expect.arrayContaining(['findings', 'way']),
  });
});

test('the Markdown has a chapter for each finding, and each manifest as YAML', async () => {
  const report = await badReport();
  const text = renderMarkdown(report);
  expect(text.match(/^### /gm)).toHaveLength(report.findings.length);
  expect(text.match(/^```yaml$/gm)).toHaveLength(report.findings.filter(({ manifest }) => manifest).length);
});

test('the manifests are one stream of YAML documents, in the order of the findings', async () => {
  const report = await badReport();
  const documents = report.findings.flatMap(({ manifest }) => (manifest ? [manifest.document] : []));
  expect(documents.length).toBeGreaterThan(5);
  const read = parseAllDocuments(renderManifests(report)).map((document) => document.toJSON());
  expect(read).toEqual(JSON.parse(JSON.stringify(documents)));
});

test('what an owner wrote reaches no terminal as a control sequence and no page as markup', async () => {
  const evil = `--listen=0.0.0.0:8080 ${ESCAPE}[2J\u202e\n| <img src=x> \`\`\` [a](b)`;
  const report = await auditOf([
    ...FINE,
    service('shop', 'web', IPV6_FIRST),
    pod('shop', 'web', {
      labels: { app: 'web' },
      ips: ['100.96.1.9', `${PODS_IPV6}:1::9`],
      container: { args: [evil] },
    }),
    madeSlice('shop', 'web', 'IPv4', ['100.96.1.9']),
    madeSlice('shop', 'web', 'IPv6', [`${PODS_IPV6}:1::9`]),
  ]);
  expect(report.findings[0]?.what).toContain(evil);
  for (const text of [renderTable(report), renderTable(report, { width: 60 }), renderMarkdown(report)]) {
    expect([ESCAPE, '\u202e'].filter((character) => text.includes(character))).toEqual([]);
  }
  expect(renderMarkdown(report)).not.toMatch(/<img|(^|[^\\])\[a\]|```\s*\[/);
});

test('a cluster without findings says so', async () => {
  const report = await auditOf(FINE);
  expect(renderTable(report)).toContain('nothing found');
  expect(renderMarkdown(report)).toContain('nothing found');
  expect(renderManifests(report)).toBe('');
});
