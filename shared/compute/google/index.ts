export { type GoogleComputeOptions, googleCompute } from './google-compute.ts';
