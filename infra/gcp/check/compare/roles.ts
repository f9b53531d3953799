import { permissionsOf } from '../code/compute-calls.ts';
import { needs, runsAStep } from '../code/needs.ts';
import { isList } from '../configuration/value.ts';
import { differences, type Finding } from '../finding.ts';
import { keysOf, resourcesOf, type Subject } from './subject.ts';

const STORE = 'roles/datastore.user';
const SECRETS = 'roles/secretmanager.secretAccessor';

/** Each function may do in projects what its own calls need, permission by permission, and nothing else. */
export function compareRoles(subject: Subject): Finding[] {
  return [...computeRoles(subject), ...otherRoles(subject)];
}

function computeRoles({ root, functions, shootProject }: Subject): Finding[] {
  const roles = resourcesOf(shootProject, 'google_project_iam_custom_role');
  const granted = new Map(roles.map(({ key, attributes }) => [key, attributes.permissions]));
  return functions.flatMap(({ name }) => {
    const permissions = granted.get(name);
    return differences(
      'compute roles',
      {
        inCode: runsAStep(name) ? permissionsOf(root, name) : [],
        configured: isList(permissions) ? permissions.map(String) : [],
      },
      {
        missing: (permission) => `${name} makes calls that need ${permission}, which its role lacks`,
        leftOver: (permission) => `the role of ${name} has ${permission}, which none of its calls needs`,
      },
    );
  });
}

/** Roles on the project or on single resources, apart from invoking and publishing, which have their own comparisons. */
function otherRoles({ functions, configuration, shootProject }: Subject): Finding[] {
  const grants = [...configuration.resources, ...shootProject.resources]
    .filter(({ type }) => /_iam_(member|binding)$/.test(type) && !/_topic_iam_|_run_service_iam_/.test(type))
    .flatMap(({ attributes, name, key }) => {
      const role = typeof attributes.role === 'string' ? attributes.role : `${name} of ${key}`;
      const accounts = [
        ...keysOf('google_service_account.function', attributes.members),
        ...keysOf('google_service_account.function', attributes.member),
      ];
      return accounts.map((account) => `${account}: ${role}`);
    });
  const wanted = functions.flatMap(({ name }) => [
    `${name}: ${STORE}`,
    ...(needs(name, 'garden') ? [`${name}: ${SECRETS}`] : []),
  ]);
  return differences(
    'roles',
    { inCode: wanted, configured: grants },
    {
      missing: () => 'the function needs this role and does not have it',
      leftOver: () => 'the function has this role and makes no call that needs it',
    },
  );
}
