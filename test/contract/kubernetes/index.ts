import { describe } from 'vitest';
import { applyContract } from './apply.ts';
import { applyToDeploymentsContract } from './apply-to-deployments.ts';
import { conflictsContract } from './conflicts.ts';
import { customResourcesContract } from './custom-resources.ts';
import { deletionsContract } from './deletions.ts';
import { discoveryContract } from './discovery.ts';
import { encodingsContract } from './encodings.ts';
import { evictionContract } from './eviction.ts';
import { fieldValidationContract } from './field-validation.ts';
import { listsContract } from './lists.ts';
import { nodesContract } from './nodes.ts';
import { patchesContract } from './patches.ts';
import { patchesOfAnyKindContract } from './patches-of-any-kind.ts';
import { podsContract } from './pods.ts';
import { servicesContract } from './services-any-stack.ts';
import { dualStackContract } from './services-dual-stack.ts';
import { singleStackContract } from './services-single-stack.ts';
import { statusContract } from './status.ts';
import type { KubernetesUnderTest } from './under-test.ts';
import { contractFor } from './under-test.ts';
import { watchesContract } from './watches.ts';
import { workloadsContract } from './workloads.ts';

export { IPV4_RANGE, IPV6_RANGE } from './services.ts';
export type { KubernetesUnderTest, OpenedKubernetes } from './under-test.ts';

/** What every Kubernetes API server guarantees, as far as a migration and its tools rely on it. The Service range is IPv4. */
export function kubernetesContract(server: KubernetesUnderTest): void {
  describe(server.name, () => {
    const contract = contractFor(server);
    watchesContract(contract);
    listsContract(contract);
    conflictsContract(contract);
    deletionsContract(contract);
    patchesContract(contract);
    patchesOfAnyKindContract(contract);
    applyContract(contract);
    applyToDeploymentsContract(contract);
    fieldValidationContract(contract);
    workloadsContract(contract);
    podsContract(contract);
    nodesContract(contract);
    statusContract(contract);
    evictionContract(contract);
    customResourcesContract(contract);
    encodingsContract(contract);
    discoveryContract(contract);
    servicesContract(contract);
    singleStackContract(contract);
  });
}

/** What a server with Service ranges of both families guarantees, IPv4 first. */
export function dualStackServicesContract(server: KubernetesUnderTest): void {
  describe(server.name, () => {
    const contract = contractFor(server);
    servicesContract(contract);
    dualStackContract(contract);
  });
}
