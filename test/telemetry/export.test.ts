import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { Secret } from '../../shared/kubernetes/access/secret.ts';
import { traceIdOf } from '../../shared/migration/trace.ts';
import { readSettings } from '../../shared/runtime/settings.ts';
import { engineTelemetry } from '../../shared/runtime/telemetry.ts';
import { exportHeaders } from '../../shared/runtime/telemetry-headers.ts';
import { telemetrySettings } from '../../shared/runtime/telemetry-settings.ts';
import { startCollector } from './collector.ts';
import { recordedLog } from './watching.ts';

const DROPPED = 'traces and metrics were not taken, and are dropped';

function telemetryOf(env: Record<string, string>) {
  const { log, lines } = recordedLog();
  const settings = readSettings({ GOOGLE_CLOUD_PROJECT: 'toy-project', ...env });
  const telemetry = engineTelemetry({ settings, clock: systemClock, log });
  const work = async () => {
    await telemetry.delivery({ name: 'pause', attributes: {} }, async () => ({
      kind: 'paused',
      migration: 'api-1',
    }));
  };
  return { telemetry, lines, work };
}

test('with an endpoint spans arrive by the time the flush is over, and say whose they are', async () => {
  const collector = await startCollector();
  const { telemetry, work } = telemetryOf({
    OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=a%20b',
    OTEL_RESOURCE_ATTRIBUTES: 'cloud.region=europe-west1,deployment.environment=test',
    OTEL_SERVICE_NAME: 'mine',
  });
  await work();
  expect(collector.requests).toEqual([]);
  await telemetry.flush();
  expect(collector.requests.map(({ path }) => path)).toContain('/v1/traces');
  expect(collector.requests[0]?.headers).toMatchObject({
    'x-tenant': 'a b',
    'content-type': 'application/x-protobuf',
  });
  expect(collector.spans).toHaveLength(1);
  expect(collector.spans[0]).toMatchObject({
    name: 'pause',
    traceId: traceIdOf('api-1'),
    attributes: { 'shoot_dualstack.outcome': 'paused' },
    resource: {
      'service.namespace': 'shoot-dualstack',
      'service.name': 'mine',
      'gcp.project_id': 'toy-project',
      'cloud.region': 'europe-west1',
      'deployment.environment': 'test',
    },
  });
  // No token for anybody but Google.
  expect(collector.requests[0]?.headers).not.toHaveProperty('authorization');
});

test('without an endpoint, or switched off, nothing is sent', async () => {
  const collector = await startCollector();
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  const off = { ...endpoint, OTEL_SDK_DISABLED: 'true' };
  const other = { ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
  for (const env of [{}, off, other]) {
    const { telemetry, work } = telemetryOf(env);
    await work();
    await telemetry.flush({ everything: true });
  }
  const { telemetry, work } = telemetryOf({ ...endpoint, OTEL_TRACES_EXPORTER: 'console' });
  await work();
  telemetry.fleet([]);
  await telemetry.flush({ everything: true });
  expect(collector.requests.map(({ path }) => path)).toEqual(['/v1/metrics']);
});

const HOSTILE: readonly (readonly [string, (response: ServerResponse) => void])[] = [
  ['never answers', () => undefined],
  ['answers 500', (response) => void response.writeHead(500).end('no')],
  [
    'answers 503 and wants to be asked in an hour',
    (response) => void response.writeHead(503, { 'retry-after': '3600' }).end(),
  ],
  ['hangs up', (response) => void response.destroy()],
  ['begins an answer and never ends it', (response) => void response.writeHead(200).write('x')],
  [
    'answers a byte at a time, for ever',
    (response) => {
      response.writeHead(200);
      const dripping = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(dripping));
    },
  ],
];

describe('a collector that', () => {
  test.each(HOSTILE)('%s costs one bounded flush, its spans and one line', async (_, answer) => {
    const collector = await startCollector();
    collector.misbehave(answer);
    const { telemetry, lines, work } = telemetryOf({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_TIMEOUT: '300',
    });
    for (let span = 0; span < 20; span += 1) await work();
    await telemetry.flush();
    expect(lines.filter(({ message }) => message === DROPPED)).toEqual([
      expect.objectContaining({ severity: 'WARNING', spans: 20 }),
    ]);
    // The next answers are not held up, though it still does not take anything.
    const asked = collector.requests.length;
    for (let flush = 0; flush < 5; flush += 1) {
      await work();
      await telemetry.flush();
    }
    expect(collector.requests).toHaveLength(asked);
    // When the instance ends, what waited is offered once more.
    collector.misbehave(undefined);
    await telemetry.flush({ everything: true });
    expect(collector.spans).toHaveLength(5);
  });

  test('redirects is not followed', async () => {
    const [elsewhere, collector] = [await startCollector(), await startCollector()];
    collector.misbehave((response) => {
      response.writeHead(307, { location: `${elsewhere.url}/v1/traces` }).end();
    });
    const { telemetry, lines, work } = telemetryOf({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    await work();
    await telemetry.flush();
    expect(elsewhere.requests).toEqual([]);
    expect(lines.filter(({ message }) => message === DROPPED)).toHaveLength(1);
  });

  test('is not there is as good as one that does not answer', async () => {
    const { telemetry, lines, work } = telemetryOf({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      OTEL_EXPORTER_OTLP_TIMEOUT: '300',
    });
    await work();
    await telemetry.flush();
    expect(lines.filter(({ message }) => message === DROPPED)).toHaveLength(1);
  });
});

test('while nobody takes them, spans wait in a bounded number', async () => {
  const collector = await startCollector();
  const { telemetry, work } = telemetryOf({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_METRICS_EXPORTER: 'none',
  });
  for (let span = 0; span < 2_500; span += 1) await work();
  await telemetry.flush();
  expect(collector.spans).toHaveLength(2_000);
});

test('a variable of OpenTelemetry that is empty is as good as not set', async () => {
  const collector = await startCollector();
  const empty = Object.fromEntries(
    Object.keys(telemetrySettings)
      .filter((name) => name !== 'OTEL_EXPORTER_OTLP_ENDPOINT')
      .map((name) => [name, '']),
  );
  const { telemetry, work } = telemetryOf({ ...empty, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  await work();
  await telemetry.flush();
  expect(collector.spans).toHaveLength(1);
  expect(
    readSettings({ GOOGLE_CLOUD_PROJECT: 'toy-project', OTEL_EXPORTER_OTLP_ENDPOINT: '' }),
  ).not.toHaveProperty('OTEL_EXPORTER_OTLP_ENDPOINT', expect.anything());
});

test.each([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'Bearer-my-secret'],
  ['OTEL_EXPORTER_OTLP_TIMEOUT', 'soon'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'a=%E0%A4%A'],
])('%s that is not understood is named, without its value', (name, value) => {
  const read = () => readSettings({ GOOGLE_CLOUD_PROJECT: 'toy-project', [name]: value });
  expect(read).toThrow(name);
  expect(read).not.toThrow('my-secret');
});

describe('the function account’s token', () => {
  const identity = { accessToken: async () => new Secret('ya29.the-token') };
  const headersTo = (...addresses: readonly (string | undefined)[]) =>
    exportHeaders(addresses, { project: 'toy-project', given: { 'x-tenant': 'a' }, identity })();

  test.each([
    'https://telemetry.googleapis.com/v1/traces',
    'https://telemetry.europe-west1.rep.googleapis.com/v1/traces',
  ])('goes to %s, with the project that pays', async (address) => {
    expect(await headersTo(address, undefined)).toEqual({
      authorization: 'Bearer ya29.the-token',
      'x-goog-user-project': 'toy-project',
      'x-tenant': 'a',
    });
  });

  test.each([
    'http://telemetry.googleapis.com/v1/traces',
    'https://telemetry.googleapis.com.evil.example/v1/traces',
    'https://telemetry.googleapis.com@evil.example/v1/traces',
    'https://evil.example/telemetry.googleapis.com',
    'https://telemetry.googleapis.com:8443/v1/traces',
  ])('does not go to %s, nor anywhere beside it', async (address) => {
    expect(await headersTo('https://telemetry.googleapis.com/v1/metrics', address)).toEqual({
      'x-tenant': 'a',
    });
  });
});
