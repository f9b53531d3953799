import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { CommandLineEnd } from '../../infra/local/command-line.ts';
import { startOptions } from '../../infra/local/options.ts';
import { systemClock } from '../../shared/clock.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What a clone has of what the tour needs. */
const PARTS = [
  'cli',
  'functions',
  'infra/local',
  'shared',
  'web',
  'package.json',
  'package-lock.json',
  '.npmrc',
];

/** The commands of the README's tour, as written, in their order. */
function commands(): readonly string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [, tour = ''] = /^## Tour\n(.*?)^## /ms.exec(readme) ?? [];
  return [...tour.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = '']) => block.trim().split('\n'));
}

/** What each of them shows, by its beginning, and how it ends: what the text beside it says. */
const SHOWN: readonly (readonly [command: string, shown: readonly RegExp[], code: number])[] = [
  [
    'npx shoot-dualstack plan garden-core/api --now',
    [/garden-core\/api: can be migrated/, /STRATEGY {2}overlap/, /CHECKS/, /EXPECT/],
    0,
  ],
  ['npx shoot-dualstack start garden-core/api --yes', [/shoot +garden-core\/api/, /enable-ipv6-subnets/], 0],
  ['npx shoot-dualstack pause garden-core/api', [/Asked for: pause of garden-core\/api/], 0],
  ['npx shoot-dualstack status', [/garden-core\/api +(paused|\w+, to pause|planning|running)/], 0],
  [
    'npx shoot-dualstack nodes garden-core/api --live',
    [/api-worker-z1-/, /as cloud and cluster show them: 30|as cloud and cluster show them: \d+ route/],
    0,
  ],
  [
    'npx shoot-dualstack history garden-core/api',
    [/started: spec\.networking\.ipFamilies became \[IPv4, IPv6\]/, /paused by .* \(claimed\)/],
    0,
  ],
  ['npx shoot-dualstack resume garden-core/api', [/Asked for: resume/], 0],
  ['npx shoot-dualstack status garden-core/api --watch', [/NodesRolling/, /succeeded/], 0],
  ['npx shoot-dualstack explain NodesRolling', [/given by +check-nodes/], 0],
  [
    'npx shoot-dualstack audit garden-core/api',
    [/pod-without-ipv6/, /service-single-stack/, /THE WAY TO IPV6-ONLY/],
    0,
  ],
  ['npx shoot-dualstack start garden-core/shop --yes', [/shoot +garden-core\/shop/], 0],
  ['npx shoot-dualstack status garden-core/shop --watch', [/blocked.*PreflightBlocked/], 4],
  ['npx shoot-dualstack explain PreflightBlocked', [/to do +Clear away/], 0],
  ['npx shoot-dualstack abort garden-core/shop --yes', [/Asked for: abort/], 0],
  [
    'npx shoot-dualstack history garden-core/shop --follow',
    [/blocked PreflightBlocked/, /nothing had been changed yet/, /aborted/],
    0,
  ],
];

test('the tour tells of each of its commands, and of no other, what this test looks for', () => {
  const [world, ...others] = commands();
  expect(world).toBe('npm start -- --serve --wait');
  expect(others).toEqual(SHOWN.map(([command]) => command));
});

test('a world that waits is served, and is asked for nothing that only a migration of its own would have', () => {
  expect(startOptions(['--wait'])).toMatchObject({ wait: true, serve: true });
  expect(startOptions(['--serve'])).toMatchObject({ wait: false, serve: true });
  for (const other of [['--plan-only'], ['--json'], ['--strategy', 'rollover']]) {
    expect(() => startOptions(['--wait', ...other])).toThrow(CommandLineEnd);
  }
});

/** A clone of its own, so that its world is nobody else's; packages are those that are installed. */
function clone(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shoot-dualstack-tour-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  for (const part of PARTS) {
    mkdirSync(join(folder, part, '..'), { recursive: true });
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

function shell(command: string, cwd: string): { child: ChildProcess; output: () => string } {
  // A home of its own: neither contexts nor npm's settings of whoever runs this.
  const env = {
    ...process.env,
    HOME: cwd,
    XDG_CONFIG_HOME: '',
    npm_config_cache: join(cwd, '.npm'),
    NO_COLOR: '1',
  };
  const child = spawn('bash', ['-c', command], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  }
  return { child, output: () => text };
}

test('the tour runs as written, line by line, and shows what it says', async () => {
  const folder = clone();
  const [first = '', ...others] = commands();
  const world = shell(first, folder);
  const worldEnded = once(world.child, 'exit');
  const end = (signal: NodeJS.Signals) => {
    const { pid, exitCode, signalCode } = world.child;
    // The whole terminal gets it, as at Ctrl-C.
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, signal);
  };
  onTestFinished(() => end('SIGKILL'));
  while (!/status page http:\/\/127\.0\.0\.1:\d+\//.test(world.output())) {
    if (world.child.exitCode !== null) throw new Error(`the world ended: ${world.output()}`);
    await systemClock.sleep(200);
  }
  for (const [index, command] of others.entries()) {
    const { child, output } = shell(command, folder);
    const [code] = await once(child, 'close');
    const [, shown = [], expected] = SHOWN[index] ?? [];
    expect(code, `${command}\n${output()}`).toBe(expected);
    for (const words of shown) expect(output(), command).toMatch(words);
  }
  end('SIGINT');
  await worldEnded;
}, 900_000);
