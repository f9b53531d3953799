export { auditedCluster } from './audited-cluster.ts';
