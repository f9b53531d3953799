import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { benchOptions, casesOf } from '../../infra/local/bench/options.ts';
import { CommandLineEnd } from '../../infra/local/command-line.ts';
import { startOptions } from '../../infra/local/options.ts';
import { InvalidKubeconfig, parseKubeconfig } from '../../shared/kubernetes/client/kubeconfig.ts';
import { limitsOf, MOST_RUN_SECONDS, readSettings } from '../../shared/runtime/settings.ts';
import { PATIENCE, runs } from './runs.ts';
import { PLANTED, seenIn } from './secrets.ts';
import { hostileKey, hostileText, near } from './values.ts';
import { hostileYaml } from './yaml.ts';

afterEach(() => vi.restoreAllMocks());

const NAMES = [
  'GOOGLE_CLOUD_PROJECT',
  'SHOOT_KUBECONFIG',
  'GARDEN_KUBECONFIG',
  'COMPUTE_ENDPOINT',
  'PROBE_IMAGE',
  'LOG_LEVEL',
  'LEASE_SECONDS',
  'RUN_SECONDS',
] as const;

describe('the environment', () => {
  const value = fc.oneof(
    hostileText,
    fc.constantFrom('1e308', '0x10', ' 5 ', '5,0', '-0', '1e-320', 'debug', 'p-1'),
  );

  test('is taken, with limits that can be kept, or refused with its variables', PATIENCE, () => {
    const environment = fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), hostileKey), value, { maxKeys: 6 });
    fc.assert(
      fc.property(environment, (env) => {
        try {
          const settings = readSettings({ GOOGLE_CLOUD_PROJECT: 'project', ...env });
          const { leaseSeconds, runSeconds, runHardSeconds } = limitsOf(settings);
          expect(leaseSeconds).toBeGreaterThan(0);
          // What is added to a time must come to a time.
          expect(leaseSeconds).toBeLessThanOrEqual(86_400);
          expect(runSeconds).toBeGreaterThan(0);
          expect(runSeconds).toBeLessThanOrEqual(MOST_RUN_SECONDS);
          expect(runHardSeconds).toBeGreaterThan(runSeconds);
        } catch (error) {
          if (!(error instanceof Error) || !error.message.startsWith('the environment')) throw error;
          expect(NAMES.some((name) => error.message.includes(`${name}: `))).toBe(true);
        }
      }),
      runs(400),
    );
  });

  test('is not quoted where it is wrong: a secret that got into it is not told', PATIENCE, () => {
    fc.assert(
      fc.property(fc.constantFrom(...PLANTED), fc.constantFrom(...NAMES), ({ text }, name) => {
        try {
          readSettings({ GOOGLE_CLOUD_PROJECT: 'project', LOG_LEVEL: 'none', [name]: text });
        } catch (error) {
          expect(seenIn(String(error))).toEqual([]);
        }
      }),
      runs(100),
    );
  });
});

describe.each([
  ['npm start', startOptions],
  ['npm run bench', (args: readonly string[]) => casesOf(benchOptions(args))],
])('the command line of %s', (_command, read) => {
  const word = fc.oneof(
    fc.constantFrom(
      '--nodes',
      '--shoot',
      '--strategy',
      '--backend',
      '--latency',
      '--json',
      '--plan-only',
      '--seed',
      '--strategies',
      '--acknowledge-traffic-loss',
      '--network-plugin',
      '--no-reference',
      '--help',
      '--',
      '-',
      '-x',
      '--__proto__',
      '--constructor',
      '--no-json',
      '--nodes=3',
      '--nodes=1e3',
      '--nodes=0x10',
      '--nodes= 7',
      '--nodes=',
      '3',
      '5001',
      'overlap',
      'calico',
      'embedded',
      '30,130',
    ),
    hostileText.filter((text) => !text.includes('\u0000')),
  );

  test('is taken, or answered on standard error and ended with 2', PATIENCE, () => {
    const said: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), (args) => {
        said.length = 0;
        try {
          read(args);
        } catch (error) {
          if (!(error instanceof CommandLineEnd)) throw error;
          expect([0, 2]).toContain(error.exitCode);
          expect(said.join('')).not.toBe('');
        }
      }),
      runs(300),
    );
  });
});

describe('the options that are taken', () => {
  test('have a number of nodes that was meant as one', PATIENCE, () => {
    vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    fc.assert(
      fc.property(
        fc.oneof(hostileText, fc.constantFrom('1e3', '0x10', ' 7', '', '7 ', '٣', '1_000')),
        (text) => {
          try {
            expect(startOptions([`--nodes=${text}`]).nodes).toBe(Number(/^\d+$/.exec(text)?.[0]));
          } catch (error) {
            if (!(error instanceof CommandLineEnd)) throw error;
          }
        },
      ),
      runs(200),
    );
  });
});

describe('a kubeconfig', () => {
  const good = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    clusters: [
      { name: 'k', cluster: { server: 'https://127.0.0.1:6443', 'certificate-authority-data': 'Zm9v' } },
    ],
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    users: [{ name: 'u', user: { token: 'planted-opaque-token-1', password: 'pl4nted pass, word' } }],
  };
  const text = fc.oneof(
    { weight: 3, arbitrary: near(good).map((value) => JSON.stringify(value) ?? '') },
    { weight: 2, arbitrary: hostileYaml },
    { weight: 1, arbitrary: hostileText },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(...PLANTED), hostileText, fc.nat(3))
        .map(
          ([{ text: secret }, other, indent]) =>
            `users:\n- name: u\n  user:\n${' '.repeat(indent)}token: "${secret}\n${other.slice(0, 50)}: {\n ${secret}`,
        ),
    },
  );

  test('names a server, or is refused without a word of what stands in it', PATIENCE, () => {
    fc.assert(
      fc.property(text, (content) => {
        try {
          expect(parseKubeconfig(content).getCurrentCluster()?.server).toMatch(/^https?:\/\//i);
        } catch (error) {
          if (!(error instanceof InvalidKubeconfig)) throw error;
          expect(error.message).toMatch(/^the kubeconfig cannot be used: ./);
          expect(error.cause).toBeUndefined();
          expect(seenIn(error.message)).toEqual([]);
          expect(error.message.length).toBeLessThan(250);
        }
      }),
      runs(400),
    );
  });

  test.each([
    ['', 'expected a kubeconfig in YAML or JSON'],
    ['null', 'expected a kubeconfig in YAML or JSON'],
    ['users:\n- name: u\n  user: {token: "planted-opaque-token-1\n', 'line '],
    ['{}', 'current-context: expected the name of a context'],
    [
      JSON.stringify({ ...good, contexts: [] }),
      'current-context: expected a context whose cluster is in clusters',
    ],
    [JSON.stringify({ ...good, clusters: [{ name: 'k' }] }), 'clusters[0].cluster is missing'],
    [
      JSON.stringify({ ...good, clusters: [{ name: 'k', cluster: { server: 'file:///etc/passwd' } }] }),
      'expected a URL with http',
    ],
  ])('that is %j is refused with what was expected: %s', (content, says) => {
    expect(() => parseKubeconfig(content)).toThrow(says);
    expect(() => parseKubeconfig(content)).toThrow(InvalidKubeconfig);
  });
});
