import { randomUUID } from 'node:crypto';
import { clientsOver, googleClients } from '../../compute/google/clients.ts';
import type { GoogleComputeOptions } from '../../compute/google/index.ts';
import type { VpcFirewall } from '../firewall.ts';
import { googleVpcFirewall } from './vpc-firewall.ts';

/** The firewall of a network, for what {@link GoogleComputeOptions} says of project and server; `region` means nothing here. */
export function vpcFirewall(
  {
    project,
    clock,
    log,
    signal,
    random,
    endpoint,
    transport,
    clients,
    newRequestId = randomUUID,
  }: Omit<GoogleComputeOptions, 'region'>,
  network: string,
): VpcFirewall {
  const asked = clients ?? (transport === undefined ? googleClients(endpoint) : clientsOver(transport));
  return googleVpcFirewall(
    { project, region: 'global', clock, log, signal, random, newRequestId, clients: asked },
    network,
  );
}
