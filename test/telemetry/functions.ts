/** A function process whose store takes its time, as `shared/runtime` makes it but for the backends. */
import { embeddedDocuments } from '../../infra/local/backends/embedded/documents.ts';
import { serveFunctions } from '../../infra/local/world/serve-functions.ts';
import { systemClock } from '../../shared/clock.ts';
import { DEFAULT_LIMITS } from '../../shared/engine/engine.ts';
import { assembleEngine } from '../../shared/runtime/assemble.ts';
import { connectWith } from '../../shared/runtime/instance.ts';
import { createLogger } from '../../shared/runtime/logger.ts';
import { readSettings } from '../../shared/runtime/settings.ts';
import { engineTelemetry } from '../../shared/runtime/telemetry.ts';

connectWith(async (shutdown) => {
  const settings = readSettings(process.env);
  const log = createLogger('info');
  return assembleEngine({
    documents: embeddedDocuments(),
    bus: { publish: async () => {} },
    clock: systemClock,
    log,
    telemetry: engineTelemetry({ settings, clock: systemClock, log }),
    openPorts: () =>
      Promise.reject(new Error('the cloud is away; authorization: Bearer ya29.very-secret-token')),
    limits: DEFAULT_LIMITS,
    project: settings.GOOGLE_CLOUD_PROJECT,
    shutdown,
  });
});

serveFunctions(0);
