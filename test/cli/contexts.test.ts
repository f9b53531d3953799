import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { chooseContext, type PlaceFlags } from '../../cli/context/choose.ts';
import { contextsFile } from '../../cli/context/file.ts';
import { shootDualstack } from './support.ts';

const FILE = `# whose is whose
current: filed
contexts:
  filed: { kind: api, status: "https://filed.example" }
  named: { kind: project, project: named-project } # the old one
  reached:
    kind: api
    status: https://reached.example
    operate: https://operate.example
    infrastructureProject: shoots
    access: { GARDEN_KUBECONFIG: garden.yaml, SHOOT_KUBECONFIG_SECRET: projects/p/secrets/s }
`;

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoot-dualstack-contexts-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  file = join(folder, 'contexts.yaml');
  await writeFile(file, FILE);
});

const BY_ENVIRONMENT = { SHOOT_DUALSTACK_CONTEXT: 'named' };

async function placeOf(flags: PlaceFlags, env: Record<string, string>): Promise<string> {
  const { context } = await chooseContext({ config: file, ...flags }, { env });
  return context.kind === 'api' ? context.status : context.project;
}

describe('flags go before the environment, and that before the file', () => {
  test.each<[flags: PlaceFlags, env: Record<string, string>, place: string]>([
    [{}, {}, 'https://filed.example'],
    [{}, BY_ENVIRONMENT, 'named-project'],
    [{}, { SHOOT_DUALSTACK_STATUS_URL: 'https://env.example/' }, 'https://env.example'],
    [{}, { SHOOT_DUALSTACK_PROJECT: 'env-project' }, 'env-project'],
    [{}, { SHOOT_DUALSTACK_CONTEXT: '' }, 'https://filed.example'],
    [{ context: 'filed' }, BY_ENVIRONMENT, 'https://filed.example'],
    [{ context: 'filed' }, { SHOOT_DUALSTACK_STATUS_URL: 'https://env.example' }, 'https://filed.example'],
    [{ statusUrl: 'https://flag.example' }, BY_ENVIRONMENT, 'https://flag.example'],
    [{ gcpProject: 'flag-project' }, { SHOOT_DUALSTACK_STATUS_URL: 'https://env.example' }, 'flag-project'],
  ])('%j %j', async (flags, env, place) => {
    expect(await placeOf(flags, env)).toBe(place);
  });
});

test('the file is where XDG has it, or where it is said to be', () => {
  expect(contextsFile(undefined, { HOME: '/home/a' })).toBe('/home/a/.config/shoot-dualstack/contexts.yaml');
  expect(contextsFile(undefined, { XDG_CONFIG_HOME: '/x' })).toBe('/x/shoot-dualstack/contexts.yaml');
  // A relative one is to be ignored (XDG Base Directory Specification).
  expect(contextsFile(undefined, { HOME: '/home/a', XDG_CONFIG_HOME: 'x' })).toMatch(/^\/home\/a\//);
  expect(contextsFile(undefined, { SHOOT_DUALSTACK_CONFIG: '/c.yaml' })).toBe('/c.yaml');
  expect(contextsFile('/flag.yaml', { SHOOT_DUALSTACK_CONFIG: '/c.yaml' })).toBe('/flag.yaml');
});

test('of two ways to say how a cluster is reached the environment’s holds alone', async () => {
  const filed = await chooseContext({ config: file, context: 'reached' }, { env: {} });
  expect(filed).toMatchObject({
    infrastructureProject: 'shoots',
    access: {
      GARDEN_KUBECONFIG: join(folder, 'garden.yaml'),
      SHOOT_KUBECONFIG_SECRET: 'projects/p/secrets/s',
    },
  });
  const env = { SHOOT_KUBECONFIG: '/mine', GARDEN_KUBECONFIG: '' };
  const { access } = await chooseContext({ config: file, context: 'reached' }, { env });
  expect(access).toEqual({ GARDEN_KUBECONFIG: join(folder, 'garden.yaml'), SHOOT_KUBECONFIG: '/mine' });
});

describe('what cannot be understood is named, and not quoted', () => {
  test.each([
    ['contexts: [', /not YAML/],
    ['contexts: {a: {kind: api}}', /contexts\.a\.status/],
    ['contexts: {a: {kind: other}}', /kind: api or project/],
    ['contexts: {a: {kind: api, status: "http://far.example"}}', /contexts\.a\.status: expected https/],
    ['contexts: {a: {kind: project, project: p, token: s3cret}}', /contexts\.a/],
    ['token: s3cret', /Unrecognized key|token/],
    ['current: ../x', /current/],
    ['- a', /expected/i],
  ])('%s', async (text, words) => {
    await writeFile(file, text);
    const ended = await shootDualstack(['context', 'list', '--config', file], undefined);
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.said).toContain(file);
    expect(ended.said).toMatch(words);
    expect(ended.said).not.toContain('s3cret');
  });

  test.each<[args: readonly string[], words: RegExp]>([
    [['--context', 'nobody'], /no context nobody/],
    [['--context', 'filed', '--gcp-project', 'p'], /not several/],
    [['--operate-url', 'https://operate.example'], /beside that of status/],
    [['--gcp-project', 'A B'], /id of a GCP project/],
  ])('%j', async (args, words) => {
    const ended = await shootDualstack(['status', '--config', file, ...args], undefined);
    expect([2, 3]).toContain(ended.code);
    expect(ended.said).toMatch(words);
  });
});

test('another context becomes the current one, and the rest of the file stays as somebody wrote it', async () => {
  const env = { SHOOT_DUALSTACK_STATUS_URL: undefined };
  expect((await shootDualstack(['context', 'use', 'named', '--config', file], undefined)).code).toBe(0);
  expect(await readFile(file, 'utf8')).toBe(FILE.replace('current: filed', 'current: named'));
  const listed = await shootDualstack(['context', 'list', '--config', file, '-o', 'json'], undefined, {
    env,
  });
  expect(JSON.parse(listed.out).contexts).toContainEqual(
    expect.objectContaining({ name: 'named', current: true }),
  );
  const unknown = await shootDualstack(['context', 'use', 'name', '--config', file], undefined);
  expect(unknown).toMatchObject({ code: 3, said: expect.stringContaining('Did you mean named?') });
});

test('the first use of a context makes the file', async () => {
  const fresh = join(folder, 'a', 'b', 'contexts.yaml');
  expect((await shootDualstack(['context', 'use', 'local', '--config', fresh], undefined)).code).toBe(0);
  expect(await readFile(fresh, 'utf8')).toBe('current: local\n');
});
