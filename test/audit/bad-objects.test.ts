import { describe, expect, test } from 'vitest';
import { RULES } from '../../shared/audit/index.ts';
import { BAD_OBJECTS } from './bad-objects.ts';
import { FINE, FINE_RULES } from './fine-cluster.ts';
import { auditOf, found, listedCluster, named } from './listed-cluster.ts';

test('a cluster in which everything is as it should be gives no finding', async () => {
  const report = await auditOf(FINE);
  expect(report.findings).toEqual([]);
  expect(report.way.slice(0, -1).map(({ state }) => state)).toEqual(Array(6).fill('met'));
});

describe('each bad object gives exactly its findings: a cluster', () => {
  test.each(BAD_OBJECTS)('$title', async ({ objects, firewall = [], finds, suggests = [] }) => {
    const report = await auditOf([...FINE, ...objects], { firewall: [...FINE_RULES, ...firewall] });
    expect(found(report)).toEqual(finds.map(([rule, object]) => `${rule}: ${object}`).sort());
    expect(
      report.findings
        .filter(({ manifest }) => manifest !== undefined)
        .map(named)
        .sort(),
    ).toEqual([...suggests].sort());
  });
});

test('all bad objects together give all their findings and no other', async () => {
  const objects = BAD_OBJECTS.flatMap((bad) => bad.objects);
  const firewall = BAD_OBJECTS.flatMap((bad) => bad.firewall ?? []);
  const report = await auditOf([...FINE, ...objects], { firewall: [...FINE_RULES, ...firewall] });
  const finds = BAD_OBJECTS.flatMap((bad) => bad.finds.map(([rule, object]) => `${rule}: ${object}`));
  expect(found(report)).toEqual(finds.sort());
});

test('every rule has a bad object that it finds', async () => {
  const singleStack = listedCluster([], { dualStackServices: async () => 'no' });
  const alone = found(await auditOf([], { cluster: singleStack }));
  expect(alone).toEqual(['cluster-single-stack: the cluster']);
  const rules = new Set([
    ...BAD_OBJECTS.flatMap(({ finds }) => finds.map(([rule]) => rule)),
    'cluster-single-stack',
  ]);
  expect([...rules].sort()).toEqual(Object.keys(RULES).sort());
});
