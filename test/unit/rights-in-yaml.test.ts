import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { RIGHTS, ROLE_FILES, type RolePart, type Right as Stated } from '../../shared/kubernetes/rights.ts';
import { bindingsAmong, clusterRolesAmong, manifestsIn } from '../cluster/rbac/manifests.ts';
import { type Right, rightsOf } from '../cluster/rbac/rights.ts';

const FOLDER = 'infra/kubernetes/';
const PARTS = Object.keys(RIGHTS) as readonly RolePart[];

/** In the folder, as `manifestsIn` takes it. */
const fileOf = (part: RolePart) => ROLE_FILES[part].slice(FOLDER.length);

/** `get apps deployments coredns @ kube-system` */
function line(
  scope: string,
  { verb, group, resource, name }: Pick<Right, 'verb' | 'group' | 'resource' | 'name'>,
): string {
  return [verb, group || 'core', resource, name ?? '(all)', '@', scope].join(' ');
}

function stated(rights: readonly Stated[]): readonly string[] {
  return rights
    .flatMap(({ scope, group, resource, names = [undefined], verbs }) =>
      names.flatMap((name) => verbs.map((verb) => line(scope, { verb, group, resource, name }))),
    )
    .sort();
}

/** What the file gives where its own bindings say; roles without one are for whoever applies them to bind in a namespace. */
async function granted(file: string): Promise<readonly string[]> {
  const objects = await manifestsIn(file);
  const bindings = bindingsAmong(objects);
  return clusterRolesAmong(objects)
    .flatMap((role) => {
      const own = bindings.filter(({ roleRef }) => roleRef.name === role.metadata.name);
      const scopes =
        bindings.length === 0 ? ['place'] : own.map(({ metadata }) => metadata.namespace ?? 'cluster');
      return scopes.flatMap((scope) => rightsOf(role, '', undefined).map((right) => line(scope, right)));
    })
    .sort();
}

describe('what the preflight asks for is what infra/kubernetes grants', () => {
  test.each(PARTS)('%s: no right more and none less', async (part) => {
    const rights = stated(RIGHTS[part]);
    expect(rights.length).toBeGreaterThan(0);
    expect(await granted(fileOf(part))).toEqual(rights);
  });

  test('no file grants rights that the preflight does not know of', async () => {
    const root = new URL(`../../${FOLDER}`, import.meta.url);
    const files = (await readdir(root, { recursive: true })).filter((file) => file.endsWith('.yaml'));
    const granting = [];
    for (const file of files) {
      if (clusterRolesAmong(await manifestsIn(file)).length > 0) granting.push(file);
    }
    expect(granting.sort()).toEqual(PARTS.map(fileOf).sort());
  });
});
