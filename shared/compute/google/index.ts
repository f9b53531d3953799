export type { Answered, Clients, Patch, RequestOptions } from './calls.ts';
export { loadClientsOverTransports } from './clients.ts';
export { ErrorAnswer } from './error-answers.ts';
export { type GoogleComputeOptions, googleCompute } from './google-compute.ts';
export type { Transport, TransportRequest } from './transport.ts';
