import { z } from 'zod';
import { ApiServer, type ApiServerOptions } from '../../kubernetes/client/api-server.ts';
import { dualStackServices } from '../../kubernetes/client/dual-stack-services.ts';
import { configurationOver } from '../../kubernetes/client/transport.ts';
import { ClusterObjectMissing, ClusterRefused, ClusterUnavailable } from '../../kubernetes/errors.ts';
import type { AuditedCluster } from '../cluster.ts';
import { listing } from './listed.ts';
import { RawRequests } from './raw-requests.ts';
import { tryingOut } from './try-out.ts';

const versionSchema = z.object({ gitVersion: z.string() });
const configMapSchema = z.object({ data: z.record(z.string(), z.string()).nullish() });

/** The port {@link AuditedCluster} over the API server that a kubeconfig names. */
export function auditedCluster(options: ApiServerOptions): AuditedCluster {
  const { kubeconfig, transport } = options;
  const api = new ApiServer(options);
  const requests =
    transport === undefined
      ? kubeconfig.makeApiClient(RawRequests)
      : new RawRequests(configurationOver(transport, kubeconfig));
  const get = <Schema extends z.ZodType>(
    object: string,
    path: string,
    schema: Schema,
  ): Promise<z.output<Schema>> =>
    api.get(object, async (request) => schema.parse(await requests.send({ method: 'GET', path }, request)));
  const services = dualStackServices(api);

  return {
    server: kubeconfig.getCurrentCluster()?.server ?? '',
    list: listing(api, requests),
    tryOut: tryingOut(api, requests),

    async version() {
      return (await get('version', '/version', versionSchema)).gitVersion;
    },

    async configMap(namespace, name) {
      const path = `/api/v1/namespaces/${namespace}/configmaps/${name}`;
      return await unlessRefused(async () => {
        const { data } = await get(`ConfigMap ${namespace}/${name}`, path, configMapSchema);
        return data ?? {};
      });
    },

    async dualStackServices() {
      const accepted = await unlessRefused(() => services.acceptsDualStackServices());
      if (accepted === undefined) return 'unknown';
      return accepted ? 'yes' : 'no';
    },
  };
}

/** Undefined where it is not there, may not be looked at, or no answer comes: an audit goes on without. */
async function unlessRefused<Result>(ask: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await ask();
  } catch (error) {
    const isAnswer =
      error instanceof ClusterRefused ||
      error instanceof ClusterUnavailable ||
      error instanceof ClusterObjectMissing;
    if (isAnswer) return undefined;
    throw error;
  }
}
