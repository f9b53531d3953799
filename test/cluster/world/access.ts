import type { ApiClient } from '../../../infra/local/actors/bind/http/client.ts';
import type { JsonObject } from '../../../infra/local/cluster/object/json.ts';
import { at, stringAt } from '../../../infra/local/cluster/object/json.ts';
import { serviceAccounts } from '../../../infra/local/cluster/resources/core.ts';
import type { ControlPlane, ServiceAccount } from '../control-plane/index.ts';
import { bindingsAmong, clusterRolesAmong, manifestsIn } from '../rbac/manifests.ts';
import { type Right, rightsOf } from '../rbac/rights.ts';

/** The files of `infra/kubernetes/shoot/` that give rights. */
export type ShootRights = 'base' | 'probe' | 'calico' | 'cilium' | 'drain';

const NAMESPACE = 'kube-system';
/** As `infra/kubernetes/shoot/account.yaml` names it. */
const IN_SHOOT: ServiceAccount = { namespace: NAMESPACE, name: 'shoot-dualstack' };
/** Gardener keeps these in other clusters, so they are others here, too. */
const IN_SEED: ServiceAccount = { namespace: NAMESPACE, name: 'shoot-dualstack-in-seed' };

/** The functions' own access: kubeconfigs in text, the users that the audit log shows for them, and what these may do. */
export interface Access {
  readonly shoot: string;
  readonly controlPlane: string;
  readonly garden: string;
  readonly users: readonly string[];
  /** Besides what every account may. */
  readonly rights: readonly Right[];
}

/** Makes the functions' accounts with exactly the rights of `infra/kubernetes`. `client` is an administrator's. */
export async function grantAccess(
  controlPlane: ControlPlane,
  client: ApiClient,
  files: readonly ShootRights[],
  garden: { readonly namespace: string },
): Promise<Access> {
  const inGarden: ServiceAccount = { namespace: garden.namespace, name: 'shoot-dualstack' };
  for (const { namespace, name } of [IN_SEED, inGarden]) {
    await client.create(serviceAccounts, namespace, { metadata: { namespace, name } });
  }
  await apply(client, await manifestsIn('shoot/account.yaml'));
  const inShoot = await Promise.all(files.map((file) => grantIn(client, `shoot/${file}.yaml`)));
  const rights = [
    ...inShoot.flat(),
    ...(await grantTo(client, 'control-plane/role.yaml', IN_SEED, NAMESPACE)),
    ...(await grantTo(client, 'garden/role.yaml', inGarden, garden.namespace)),
  ];
  const [shoot, controlPlaneText, gardenText] = [
    await controlPlane.kubeconfigOf(IN_SHOOT),
    await controlPlane.kubeconfigOf(IN_SEED),
    await controlPlane.kubeconfigOf(inGarden),
  ];
  const users = [IN_SHOOT, IN_SEED, inGarden].map(userOf);
  return { shoot, controlPlane: controlPlaneText, garden: gardenText, users, rights };
}

/** Applies a file whose bindings stand in it. */
async function grantIn(client: ApiClient, file: string): Promise<readonly Right[]> {
  const objects = await manifestsIn(file);
  await apply(client, objects);
  const roles = clusterRolesAmong(objects);
  return bindingsAmong(objects).flatMap(({ metadata, roleRef }) => {
    const role = roles.find(({ metadata: { name } }) => name === roleRef.name);
    if (role === undefined)
      throw new Error(`${file}: ${metadata.name} binds ${roleRef.name}, which is not in it`);
    return rightsOf(role, userOf(IN_SHOOT), metadata.namespace);
  });
}

/** Applies a file of roles and binds them in the namespace, as `kubectl create rolebinding` does. */
async function grantTo(
  client: ApiClient,
  file: string,
  account: ServiceAccount,
  namespace: string,
): Promise<readonly Right[]> {
  const objects = await manifestsIn(file);
  const roles = clusterRolesAmong(objects);
  const bindings = roles.map(({ metadata: { name } }) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name, namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', namespace: account.namespace, name: account.name }],
  }));
  await apply(client, [...objects, ...bindings]);
  return roles.flatMap((role) => rightsOf(role, userOf(account), namespace));
}

const PATHS: Readonly<Record<string, (namespace: string) => string>> = {
  ServiceAccount: (namespace) => `/api/v1/namespaces/${namespace}/serviceaccounts`,
  ClusterRole: () => '/apis/rbac.authorization.k8s.io/v1/clusterroles',
  ClusterRoleBinding: () => '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  RoleBinding: (namespace) => `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`,
};

async function apply({ connection }: ApiClient, objects: readonly JsonObject[]): Promise<void> {
  for (const body of objects) {
    const path = PATHS[String(at(body, 'kind'))]?.(stringAt(body, 'metadata', 'namespace') ?? '');
    if (path === undefined)
      throw new Error(`expected an account, a role or a binding, found ${String(at(body, 'kind'))}`);
    await connection.send({ method: 'POST', path, body });
  }
}

/** The user that the audit log shows for a service account. */
function userOf({ namespace, name }: ServiceAccount): string {
  return `system:serviceaccount:${namespace}:${name}`;
}
