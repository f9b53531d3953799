export { type ApiClients, apiClients } from './api-clients.ts';
export { type GardenShootOptions, gardenShoot } from './garden.ts';
export { gardenShoots } from './garden-shoots.ts';
export { parseKubeconfig, readKubeconfig } from './kubeconfig.ts';
export { type KubernetesClusterOptions, kubernetesCluster } from './kubernetes-cluster.ts';
export { type ProbeReachabilityOptions, probeReachability } from './probe/probe-reachability.ts';
export type { Transport, TransportAnswer, TransportRequest } from './transport.ts';
