import { INNER_METHODS, METHODS } from '../../../../shared/compute/google/methods.ts';
import type { MethodsByService } from './prune.ts';

/** The methods that the Compute Engine adapter calls, by service: `routes` is `google.cloud.compute.v1.Routes`. */
export function computeMethods(): MethodsByService {
  const byService: Record<string, readonly string[]> = {};
  for (const [client, methods] of [...Object.entries(METHODS), ...Object.entries(INNER_METHODS)]) {
    const service = `google.cloud.compute.v1.${client.charAt(0).toUpperCase()}${client.slice(1)}`;
    byService[service] = [...(byService[service] ?? []), ...methods];
  }
  return byService;
}
