import { z } from 'zod';

const MOST_CHARACTERS = 4_096;

/** Empty is as good as not set (OpenTelemetry, "Environment Variable Specification", on parsing empty values). */
function given<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((text) => (text === '' ? undefined : text), schema.optional());
}

/** Where telemetry goes. Tokens may be sent along: in clear text only to a network that whoever sets this answers for. */
const endpoint = given(z.url({ protocol: /^https?$/ }).max(2_048));

/** `name=value,name=value`, percent-encoded as OpenTelemetry has it (W3C Baggage). */
const pairs = given(
  z
    .string()
    .max(MOST_CHARACTERS)
    .transform((text, context): Readonly<Record<string, string>> => {
      const entries = text
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== '');
      try {
        return Object.fromEntries(entries.map(pair));
      } catch {
        // Without what it says: a header may be a secret.
        context.addIssue({ code: 'custom', message: 'expected name=value,name=value, percent-encoded' });
        return z.NEVER;
      }
    }),
);

/** @throws URIError */
function pair(entry: string): readonly [name: string, value: string] {
  const [, name, value = ''] = /^([^=\s]+)\s*=(.*)$/s.exec(entry) ?? [];
  if (name === undefined) throw new URIError('no name=value');
  return [name, decodeURIComponent(value.trim())];
}

/** Of what OpenTelemetry has, not everything is here; a machine may have it set for other programs. */
const chosen = given(z.string().max(MOST_CHARACTERS));

/** OpenTelemetry's own variables, as far as they have a meaning here. Nothing is exported without an endpoint. */
export const telemetrySettings = {
  /** The collector's address, without the path: `http://localhost:4318`, or `https://telemetry.googleapis.com`. */
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  /** Whole addresses of one kind each, in place of that. */
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_HEADERS: pairs,
  /** Milliseconds for one export; never more than what a function's answer may be held up. */
  OTEL_EXPORTER_OTLP_TIMEOUT: given(z.coerce.number().int().positive().max(600_000)),
  /** With another one than `http/protobuf` nothing is exported. */
  OTEL_EXPORTER_OTLP_PROTOCOL: chosen,
  /** Exported by OTLP, or, where that is not among these, not at all. */
  OTEL_TRACES_EXPORTER: chosen,
  OTEL_METRICS_EXPORTER: chosen,
  OTEL_SERVICE_NAME: given(z.string().max(255)),
  OTEL_RESOURCE_ATTRIBUTES: pairs,
  OTEL_SDK_DISABLED: chosen,
};
