import { rmSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { startFirestoreStandIn } from '../../infra/gcp/bundle/coldstart/firestore-stand-in.ts';
import { startFunction } from '../../infra/gcp/bundle/coldstart/framework-process.ts';
import { functionFolders } from '../../infra/gcp/bundle/function-folders.ts';
import { deployedFunctions } from '../../infra/gcp/bundle/functions.ts';
import { filesFrom } from '../../infra/gcp/bundle/reach.ts';
import { installed, ROOT, temporaryFolder } from '../bundle/installed.ts';
import { startCollector } from './collector.ts';

const NAME = 'maintenance-tick';

test('a function as it is deployed exports where it is told to, and loads nothing of it before', {
  timeout: 180_000,
}, async () => {
  const below = temporaryFolder();
  onTestFinished(() => rmSync(below, { recursive: true, force: true }));
  const folders = await functionFolders(ROOT, deployedFunctions(ROOT));
  const folder = folders.find(({ name }) => name === NAME);
  if (folder === undefined) throw new Error(`there is no function ${NAME}`);
  const atStart = filesFrom(folder.files, `${NAME}.mjs`, { later: false });
  const ofOpenTelemetry = (modules: readonly string[]) =>
    modules.filter((module) => /@opentelemetry\/(?:sdk|otlp|exporter)/.test(module));
  expect(ofOpenTelemetry(atStart.flatMap(({ modules }) => modules))).toEqual([]);
  expect(ofOpenTelemetry(folder.files.flatMap(({ modules }) => modules))).not.toEqual([]);

  const firestore = await startFirestoreStandIn(ROOT);
  onTestFinished(() => firestore.stop());
  const collector = await startCollector();
  const source = installed(folder, below);
  const env = {
    GOOGLE_CLOUD_PROJECT: 'bundled',
    FIRESTORE_EMULATOR_HOST: firestore.host,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    K_SERVICE: NAME,
    K_REVISION: `${NAME}-00001-abc`,
  };
  const started = await startFunction({ root: source, source, target: NAME, env });
  try {
    const message = { data: Buffer.from('{}').toString('base64'), messageId: '1' };
    const { status } = await fetch(started.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message }),
    });
    expect(status, started.said()).toBe(204);
    const [metric] = collector.metrics;
    expect(metric).toMatchObject({
      name: 'shoot_dualstack.migrations',
      resource: { 'gcp.project_id': 'bundled', 'service.version': `${NAME}-00001-abc` },
    });
  } finally {
    await started.stop();
  }
});
