import { expect, test } from 'vitest';
import { openTelemetryOf } from '../../infra/local/world/open-telemetry.ts';

test('the local world’s functions get OpenTelemetry’s variables, and nothing else of whoever starts it', () => {
  const own = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=mine',
    // Of other programs, and of no meaning here.
    OTEL_METRICS_EXPORTER: 'console',
    OTEL_LOGS_EXPORTER: 'otlp',
  };
  expect(openTelemetryOf({ ...own, HOME: '/home/me', GOOGLE_APPLICATION_CREDENTIALS: 'key.json' })).toEqual(
    own,
  );
  expect(openTelemetryOf({ HOME: '/home/me' })).toEqual({});
});

test('a variable with which no function would start is named before the world begins', () => {
  expect(() => openTelemetryOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' })).toThrow(
    /OTEL_EXPORTER_OTLP_ENDPOINT/,
  );
});
