import type { ApiClient } from '../../../infra/local/actors/bind/http/client.ts';
import { serviceAccounts } from '../../../infra/local/cluster/resources/core.ts';
import type { ControlPlane, ServiceAccount } from '../control-plane/index.ts';

/** Whom the functions are unless a test says otherwise. */
const FUNCTIONS: ServiceAccount = { namespace: 'kube-system', name: 'shoot-dualstack' };

/** The user that the audit log shows for a service account. */
export function userOf({ namespace, name }: ServiceAccount): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

/** How the functions come to shoot and garden: kubeconfigs in text, and the users that the audit log shows for them. */
export interface Access {
  readonly shoot: string;
  readonly garden: string;
  readonly users: readonly string[];
}

/** Makes the accounts and their rights. `client` is an administrator's. */
export type GrantAccess = (controlPlane: ControlPlane, client: ApiClient) => Promise<Access>;

/**
 * A service account that may do everything. Where the functions' rights are not what a test is about, they still need a name of
 * their own, so that the audit log tells their requests from the actors'.
 */
export const grantEverything: GrantAccess = async (controlPlane, client) => {
  const { namespace, name } = FUNCTIONS;
  await client.create(serviceAccounts, namespace, { metadata: { namespace, name } });
  await client.connection.send({
    method: 'POST',
    path: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
    body: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', namespace, name }],
    },
  });
  const kubeconfig = await controlPlane.kubeconfigOf(FUNCTIONS);
  return { shoot: kubeconfig, garden: kubeconfig, users: [userOf(FUNCTIONS)] };
};
