import { z } from 'zod';
import { problemsOf } from '../../../shared/migration/shoot.ts';
import { telemetrySettings } from '../../../shared/runtime/telemetry-settings.ts';

/**
 * OpenTelemetry's own variables, for a functions process: a collector that somebody has running on this machine sees the migration.
 *
 * @throws Error naming those with which no function would start.
 */
export function openTelemetryOf(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const parsed = z.object(telemetrySettings).safeParse(env);
  if (!parsed.success) {
    throw new Error(`the environment is not as it should be: ${problemsOf(parsed.error).join('; ')}`);
  }
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      name.startsWith('OTEL_') && value !== undefined ? [[name, value] as const] : [],
    ),
  );
}
