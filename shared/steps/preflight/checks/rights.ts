import { inWords, type Permission, type UnknownRight } from '../../../kubernetes/permission.ts';
import { ROLE_FILES, type RolePart } from '../../../kubernetes/rights.ts';
import { listed } from '../../listed.ts';
import { block, type Check, pass, warn } from './check.ts';

/** An account that may nothing at all lacks some thirty. */
const MOST_LISTED = 10;

/** Else the API server says it in the middle of the migration, with routes moved and nodes replaced. */
export const rightsAreGranted: Check = ({ facts: { rights } }) => {
  if (rights === undefined) return undefined;
  const { missing, unknown } = rights;
  if (missing.length > 0) {
    const rest = unknown.length > 0 ? ` ${whatIsUnknown(unknown)}` : '';
    return block(
      'RightsMissing',
      `The functions may not: ${listed(inWords(missing), MOST_LISTED)}.${rest}`,
      `${grant(missing)} Each right stands there with what it is for; infra/kubernetes/README.md shows the commands.`,
    );
  }
  if (unknown.length > 0) {
    return warn(
      'RightsNotKnown',
      whatIsUnknown(unknown),
      `${grant(unknown.map(({ permission }) => permission))} Where that is done, go on: a right that is missing all the same stops the step that needs it.`,
    );
  }
  return pass(
    'the functions may do all that the migration asks of the shoot, its control plane and its garden',
  );
};

/** Characters of the API server's words. */
const MOST_WORDS = 300;

function whatIsUnknown(unknown: readonly UnknownRight[]): string {
  const permissions = unknown.map(({ permission }) => permission);
  const why = (unknown[0]?.why ?? '').slice(0, MOST_WORDS);
  return `It could not be found out whether the functions may: ${listed(inWords(permissions), MOST_LISTED)} (${why}).`;
}

/** Which files to apply, and to which of the clusters. */
function grant(permissions: readonly Permission[]): string {
  const byCluster = Map.groupBy(permissions, ({ part }) => clusterOf(part));
  const orders = [...byCluster].map(([cluster, lacking]) => {
    const files = new Set(lacking.map(({ part }) => ROLE_FILES[part]));
    const namespaces = new Set(lacking.flatMap(({ namespace }) => namespace ?? []));
    const bound = cluster === SHOOT ? '' : `, bound in the namespace ${[...namespaces].join(', ')}`;
    return `${[...files].join(', ')} to ${cluster}${bound}`;
  });
  return `Apply ${orders.join('; ')}.`;
}

const SHOOT = 'the shoot';

function clusterOf(part: RolePart): string {
  if (part.startsWith('garden')) return 'the garden';
  const besideManager = part === 'control-plane' || part === 'managed-resource';
  return besideManager ? 'the cluster of the cloud-controller-manager' : SHOOT;
}
