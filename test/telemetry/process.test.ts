import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { traceIdOf } from '../../shared/migration/trace.ts';
import { manifest } from '../support/shoot-manifest.ts';
import { type Collector, startCollector } from './collector.ts';

const TIMEOUT = { timeout: 60_000 };

interface Functions {
  readonly child: ChildProcess;
  /** Its log; resolves at its end. */
  readonly log: Promise<string>;
  deliver(topic: string, body: object, attributes?: Record<string, string>): Promise<number>;
}

async function startFunctions(collector: Collector): Promise<Functions> {
  const child = fork(fileURLToPath(new URL('functions.ts', import.meta.url)), {
    env: {
      PATH: process.env.PATH,
      GOOGLE_CLOUD_PROJECT: 'toy-project',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const { stdout } = child;
  if (stdout === null) throw new Error('the process has no output');
  const log = text(stdout);
  const [ready] = await once(child, 'message');
  const { port } = z.object({ port: z.number() }).parse(ready);
  return {
    child,
    log,
    deliver: async (topic, body, attributes = {}) => {
      const data = Buffer.from(JSON.stringify(body)).toString('base64');
      const response = await fetch(`http://127.0.0.1:${port}/${topic}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ message: { data, messageId: `${topic}-1`, attributes } }),
      });
      return response.status;
    },
  };
}

async function changeShoot({ deliver }: Functions): Promise<void> {
  const before = manifest(['IPv4']);
  const after = manifest(['IPv4', 'IPv6']);
  expect(await deliver('shoot-changed', { before, after })).toBe(204);
}

function linesOf(log: string) {
  const line = z.looseObject({ message: z.string(), severity: z.string() });
  return log.split('\n').flatMap((each) => (each === '' ? [] : [line.parse(JSON.parse(each))]));
}

test(
  'spans have left by the time the answer comes, and at SIGTERM so does what was not due',
  TIMEOUT,
  async () => {
    const collector = await startCollector();
    const functions = await startFunctions(collector);
    // Sent at once, and then every ten seconds at most: what follows has to wait.
    expect(await functions.deliver('maintenance-tick', {})).toBe(204);
    await changeShoot(functions);
    expect(collector.spans.map(({ name }) => name)).toEqual(['shoot-changed']);
    expect(await functions.deliver('maintenance-tick', {})).toBe(204);
    functions.child.kill('SIGTERM');
    await once(functions.child, 'exit');
    expect(functions.child.exitCode).toBe(0);
    const underWay = collector.metrics.filter(({ name }) => name === 'shoot_dualstack.migrations');
    const totals = underWay.map(({ points }) => points.reduce((sum, { value }) => sum + value, 0));
    expect(totals).toEqual([0, 1]);
  },
);

test(
  'a run that fails is an error in trace and log, without the secret that it quotes',
  TIMEOUT,
  async () => {
    const collector = await startCollector();
    const functions = await startFunctions(collector);
    await changeShoot(functions);
    const migration = String(collector.spans[0]?.attributes['shoot_dualstack.migration']);
    const hostile = { traceparent: `00-${'a'.repeat(32)}-b7ad6b7169203331-01`, tracestate: 'x'.repeat(900) };
    expect(
      await functions.deliver('preflight', { shoot: 'garden-core/api', cause: 'operator' }, hostile),
    ).toBe(500);
    const run = collector.spans.find(({ name }) => name === 'preflight');
    expect(run).toMatchObject({
      traceId: traceIdOf(migration),
      traceState: '',
      attributes: { 'shoot_dualstack.outcome': 'failed', 'shoot_dualstack.run': 1 },
      status: { code: 2 },
    });
    expect(run?.status?.message).toContain('the cloud is away');
    functions.child.kill('SIGTERM');
    await once(functions.child, 'exit');
    const log = await functions.log;
    const comesBack = linesOf(log).find(({ message }) => message === 'message comes back');
    expect(comesBack).toMatchObject({
      severity: 'ERROR',
      'logging.googleapis.com/trace': `projects/toy-project/traces/${traceIdOf(migration)}`,
      'logging.googleapis.com/spanId': run?.spanId,
      serviceContext: { service: 'preflight' },
      stack_trace: expect.stringContaining('the cloud is away'),
    });
    expect(log).not.toContain('very-secret-token');
    for (const body of collector.bodies) expect(body.toString('latin1')).not.toContain('very-secret-token');
  },
);
