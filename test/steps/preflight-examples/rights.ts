import { type Permission, permissionsAt, permissionsInShoot } from '../../../shared/kubernetes/permission.ts';
import { RIGHTS as ALL, type RolePart, type ShootPart } from '../../../shared/kubernetes/rights.ts';
import { blocks, type Examples, warns } from './example.ts';

const PARTS = Object.keys(ALL) as readonly RolePart[];
const ELSEWHERE: readonly RolePart[] = [
  'control-plane',
  'managed-resource',
  'garden',
  'garden-access',
  'garden-watch',
  'garden-status',
  'garden-view',
];
const inShoot = (part: RolePart): part is ShootPart => !ELSEWHERE.includes(part);
const inControlPlane = permissionsAt('control-plane', { namespace: 'shoot--core--api', name: 'ccm' });
const inGarden = permissionsAt('garden', { namespace: 'garden-core', name: 'api' });
const everything = [...PARTS.filter(inShoot).flatMap(permissionsInShoot), ...inControlPlane, ...inGarden];

const lists = ({ verb, resource }: Permission) => verb === 'list' && resource === 'endpointslices';
const missing = (of: (permission: Permission) => boolean, unknown: readonly Permission[] = []) => ({
  rights: {
    missing: everything.filter(of),
    unknown: unknown.map((permission) => ({ permission, why: 'the webhook is away' })),
  },
});
const nothing = () => false;

/** Of the check in `checks/rights.ts`. */
export const RIGHTS = {
  'rights-are-granted': {
    failing: [
      blocks(
        'RightsMissing',
        /^The functions may not: list endpointslices\.discovery\.k8s\.io in kube-system\.$/,
        missing(lists),
      ),
      blocks(
        'RightsMissing',
        /: patch deployments\.apps\/ccm in shoot--core--api, get,patch shoots\.core\.gardener\.cloud\/api in garden-core\.$/,
        missing(
          ({ part, resource, verb }) =>
            part === 'garden' || (part === 'control-plane' && resource === 'deployments' && verb === 'patch'),
        ),
      ),
      blocks(
        'RightsMissing',
        /^The functions may not: list,get,patch,delete nodes in the whole cluster, .* and \d+ more\.$/,
        missing(() => true),
      ),
      blocks(
        'RightsMissing',
        /endpointslices.* It could not be found out whether the functions may: get,patch shoots/,
        missing(lists, inGarden),
      ),
      warns(
        'RightsNotKnown',
        /^It could not be found out whether the functions may: .* \(the webhook is away\)\.$/,
        missing(nothing, inControlPlane),
      ),
    ],
  },
} as const satisfies Readonly<Record<string, Examples>>;
