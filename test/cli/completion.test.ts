import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { completionScript, SHELLS } from '../../cli/completion/scripts.ts';
import { fleetOfThree } from './fleet-of-three.ts';
import { shootDualstack } from './support.ts';

const BIN = fileURLToPath(new URL('../../cli/bin.mjs', import.meta.url));

async function candidates(...typed: string[]): Promise<readonly string[]> {
  const { connecting } = await fleetOfThree();
  const ended = await shootDualstack(['__complete', ...typed], connecting);
  expect(ended).toMatchObject({ code: 0, said: '' });
  return ended.out.split('\n').flatMap((line) => line.split('\t')[0] || []);
}

describe('what may come next', () => {
  test.each<[typed: string[], some: string[]]>([
    [[''], ['status', 'plan', 'audit', 'context', 'completion']],
    [
      ['status', '--'],
      ['--watch', '--output', '--context', '--help'],
    ],
    [
      ['status', '--output', ''],
      ['table', 'wide', 'json', 'yaml'],
    ],
    [['status', '-o', 'j'], ['json']],
    [['status', '--output=j'], ['json']],
    [['status', '--output', '=', 'j'], ['json']],
    [['audit', '-o', ''], ['markdown']],
    [
      ['retry', 'garden-core/api', '--strategy', ''],
      ['overlap', 'rollover', 'cutover'],
    ],
    [
      ['explain', 'Nod'],
      ['NodesRolling', 'NodeNotReached'],
    ],
    [
      ['publish', ''],
      ['migrate-routes', 'abort'],
    ],
    [
      ['publish', 'abort', ''],
      ['garden-core/api', 'garden-web/api'],
    ],
    [['--status-url', 'http://127.0.0.1:9', 'status', ''], ['garden-core/api']],
    [['nodes', '--live', 'garden'], ['garden-core/api']],
    [
      ['context', ''],
      ['list', 'use', 'show'],
    ],
    [['context', 'use', ''], ['local']],
    [['--context', ''], ['local']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['audit', '--kubeconfig', ''], [':files']],
    [['start', '-f', ''], [':files']],
  ])('%j', async (typed, some) => {
    expect(await candidates(...typed)).toEqual(expect.arrayContaining(some));
  });

  test.each<[typed: string[]]>([
    [['status', '--', '-x', '']],
    [['bogus', '']],
    [['history', '--tail', '']],
    [['--no-such=', '']],
  ])('never an error between two keys: %j', async (typed) => {
    await candidates(...typed);
  });

  test('and no shoots where nobody answers', async () => {
    const connecting = async () => {
      throw new Error('nobody answers');
    };
    expect(await shootDualstack(['__complete', 'status', ''], connecting)).toEqual({
      code: 0,
      out: '',
      said: '',
    });
  });
});

/** Bash with the script, and a program of that name on its PATH, as after `npm link`. */
function inBash(...lines: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'shoot-dualstack-bash-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'shoot-dualstack'), `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`, {
    mode: 0o755,
  });
  const script = [completionScript('bash'), ...lines].join('\n');
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, SHOOT_DUALSTACK_CONFIG: '/nowhere' };
  return spawnSync('bash', ['--norc', '--noprofile', '-c', script], { encoding: 'utf8', env, cwd: folder });
}

const press = (words: readonly string[]) => [
  `COMP_WORDS=(${words.join(' ')})`,
  `COMP_CWORD=${words.length - 1}`,
  '_shoot_dualstack',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: bash's
  'printf "%s\\n" "${COMPREPLY[@]}"',
];

const bash = spawnSync('bash', ['--version']).status === 0;

describe.skipIf(!bash)('in bash (install bash to run these)', () => {
  test.each<[words: readonly string[], found: string]>([
    [['shoot-dualstack', 'expl'], 'explain\n'],
    [['shoot-dualstack', 'status', '--output', '=', 'ya'], 'yaml\n'],
    [['shoot-dualstack', 'explain', 'NodesRoll'], 'NodesRolling\n'],
    [['shoot-dualstack', 'publish', 'migr'], 'migrate-routes\n'],
  ])('TAB completes %j', (words, found) => {
    expect(inBash(...press(words))).toMatchObject({ status: 0, stdout: found });
  });

  test('TAB runs nothing of what is typed', () => {
    const words = ['shoot-dualstack', 'explain', `'$(touch ran)'`, `'\`touch ran\`'`, 'x'];
    expect(inBash(...press(words), 'ls')).toMatchObject({
      status: 0,
      stdout: expect.not.stringMatching(/\bran\b/),
    });
  });

  test('TAB offers files where one is expected, and the script can be read twice', () => {
    const { stdout, stderr } = inBash(
      'touch cluster.yaml',
      completionScript('bash'),
      ...press(['shoot-dualstack', 'audit', '--kubeconfig', 'clus']),
    );
    expect([stdout, stderr]).toEqual(['cluster.yaml\n', '']);
  });
});

test.each(SHELLS)('the script for %s is one that the shell takes, where it is installed', async (shell) => {
  const { out } = await shootDualstack(['completion', shell], undefined);
  expect(out).toContain('__complete');
  const checked = spawnSync(shell, shell === 'fish' ? ['--no-execute'] : ['-n'], {
    input: out,
    encoding: 'utf8',
  });
  // Not installed: there is nothing that could take it.
  if (checked.error === undefined) expect([checked.status, checked.stderr]).toEqual([0, '']);
});
