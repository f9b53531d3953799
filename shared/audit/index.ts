export { audit } from './audit.ts';
export { auditedCluster } from './client/index.ts';
export type { AuditedCluster } from './cluster.ts';
export { systemLookUp } from './dns/system-look-up.ts';
export type { VpcFirewall, VpcFirewallRule } from './firewall.ts';
export { vpcFirewall } from './google/index.ts';
export * from './report/index.ts';
export { RULES } from './rules/index.ts';
