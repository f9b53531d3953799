export type { CredentialSource, Credentials } from './credentials.ts';
export { kubeconfigInFile } from './file.ts';
export { type GoogleIdentity, googleIdentity } from './google-identity.ts';
export { RenewedKubeConfig } from './renewed-kubeconfig.ts';
export { Secret } from './secret.ts';
export { kubeconfigInSecretManager } from './secret-manager.ts';
export { type Purpose, shootByGarden } from './shoot-by-garden.ts';
export { workloadIdentity } from './workload-identity.ts';
