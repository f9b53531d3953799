export { loadClientsOverTransports } from './clients.ts';
export { type GoogleComputeOptions, googleCompute } from './google-compute.ts';
export type { Transport, TransportRequest } from './transport.ts';
