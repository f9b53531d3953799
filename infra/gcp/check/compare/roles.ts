import { permissionsOf, permissionsOfALook } from '../code/compute-calls.ts';
import { needs, runsAStep, STATUS, tellsOfItsWork } from '../code/needs.ts';
import { isList } from '../configuration/value.ts';
import { differences, type Finding } from '../finding.ts';
import { keysOf, resourcesOf, type Subject } from './subject.ts';

const STORE = 'roles/datastore.user';
const STORE_TO_READ = 'roles/datastore.viewer';
/** Of Google's Telemetry API, where that is what traces and metrics go to. */
const TELEMETRY = ['roles/telemetry.writer', 'roles/serviceusage.serviceUsageConsumer'];
const SECRETS = 'roles/secretmanager.secretAccessor';
/**
 * Which secrets, by the names of the resources that grant them: the garden's kubeconfig and shoots', to act with and to look
 * with.
 */
const TO_ACT = { garden: 'garden', shoots: 'shoot_secrets' };
const TO_LOOK = { garden: 'garden_view', shoots: 'view_secrets' };

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
        inCode: neededIn(root, name),
        configured: isList(permissions) ? permissions.map(String) : [],
      },
      {
        missing: (permission) => `${name} makes calls that need ${permission}, which its role lacks`,
        leftOver: (permission) => `the role of ${name} has ${permission}, which none of its calls needs`,
      },
    );
  });
}

function neededIn(root: string, name: string): readonly string[] {
  if (runsAStep(name)) return permissionsOf(root, name);
  return name === STATUS ? permissionsOfALook(root) : [];
}

/** Roles on the project or on single resources, apart from invoking and publishing, which have their own comparisons. */
function otherRoles({ functions, configuration, shootProject }: Subject): Finding[] {
  const grants = [...configuration.resources, ...shootProject.resources]
    .filter(({ type }) => /_iam_(member|binding)$/.test(type) && !/_topic_iam_|_run_service_iam_/.test(type))
    .flatMap(({ attributes, name, key }) => {
      const of = typeof attributes.role === 'string' ? attributes.role : `${name} of ${key}`;
      const role = of === SECRETS ? `${of} by ${name}` : of;
      const accounts = [
        ...keysOf('google_service_account.function', attributes.members),
        ...keysOf('google_service_account.function', attributes.member),
      ];
      return accounts.map((account) => `${account}: ${role}`);
    });
  const wanted = functions.flatMap(({ name }) => [
    `${name}: ${name === STATUS ? STORE_TO_READ : STORE}`,
    ...(tellsOfItsWork(name) ? TELEMETRY : []).map((role) => `${name}: ${role}`),
    ...secretsOf(name).map((secret) => `${name}: ${SECRETS} by ${secret}`),
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

/** Who only looks has credentials of its own, and not those of who acts. */
function secretsOf(name: string): readonly string[] {
  const secrets = name === STATUS ? TO_LOOK : TO_ACT;
  return [
    ...(needs(name, 'garden') ? [secrets.garden] : []),
    ...(needs(name, 'shoots') ? [secrets.shoots] : []),
  ];
}
