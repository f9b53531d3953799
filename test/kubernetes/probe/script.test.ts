import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../../infra/local/child-process.ts';
import { HERE, REACH_SCRIPT } from '../../../shared/kubernetes/client/probe/script.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'probe-script-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Runs the script with a `wget` that finds a probe pod at 10.0.0.1 and 10.0.0.2, another server at 10.0.0.3. */
function runScript(body: string) {
  const path = folder();
  writeFileSync(join(path, 'reach'), REACH_SCRIPT, { mode: 0o755 });
  const wget = `#!/bin/sh
for word; do printf '%s\\n' "$word" >>"${path}/words"; done
for url; do :; done
case $url in
  http://10.0.0.[12]:*) echo ${HERE} ;;
  http://10.0.0.3:*) echo "something else" ;;
  *) exit 1 ;;
esac
`;
  writeFileSync(join(path, 'wget'), wget, { mode: 0o755 });
  writeFileSync(join(path, 'words'), '');
  const run = spawnSync('/bin/sh', ['./reach'], {
    cwd: path,
    input: body,
    encoding: 'utf8',
    timeout: 20_000,
    env: { PATH: `${path}:${process.env.PATH}` },
  });
  const [head = '', answer = ''] = run.stdout.split('\r\n\r\n');
  return {
    head,
    reached: answer
      .split('\n')
      .filter((line) => line !== '')
      .sort(),
    words: readFileSync(join(path, 'words'), 'utf8')
      .split('\n')
      .filter((word) => word !== ''),
    files: readdirSync(path).sort(),
  };
}

describe('the script in the probe pods', () => {
  it('answers the addresses at which a probe pod was reached, and no others', () => {
    const { head, reached } = runScript('10.0.0.1\n10.0.0.2\n10.0.0.3\n10.0.0.4\n');
    expect(head).toBe('Content-Type: text/plain');
    expect(reached).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('reads a last line that does not end', () => {
    expect(runScript('10.0.0.4\n10.0.0.1').reached).toEqual(['10.0.0.1']);
  });

  it('tries more addresses than it tries at once', () => {
    const many = Array.from({ length: 60 }, (_, index) => `10.0.1.${index}`);
    const { reached, words } = runScript([...many, '10.0.0.1', ''].join('\n'));
    expect(reached).toEqual(['10.0.0.1']);
    expect(words.filter((word) => word.startsWith('http://'))).toHaveLength(61);
  });

  it('lets nothing of what it is given into a command but digits and dots', () => {
    const { reached, words, files } = runScript(
      [
        '$(touch stolen)',
        '`touch stolen`',
        '; touch stolen',
        '10.0.0.1; touch stolen',
        '10.0.0.1 --output-document=stolen',
        '-Ostolen',
        '| touch stolen',
        '&& touch stolen',
        '"; touch stolen; "',
        "'; touch stolen; '",
        '../../etc/passwd',
        '*',
        '10.0.0.1/../..',
        '10.0.0.1\\',
        'touch stolen',
        '10.0.0.2',
        '',
      ].join('\n'),
    );
    expect(files).toEqual(['reach', 'wget', 'words'].sort());
    expect(words.filter((word) => word.startsWith('http://'))).toEqual(['http://10.0.0.2:8080/here']);
    expect(reached).toEqual(['10.0.0.2']);
  });
});

const busybox = spawnSync('busybox', ['httpd', '--help']).error === undefined;

describe.skipIf(!busybox)(`in busybox${busybox ? '' : ' (skipped: busybox is not installed)'}`, () => {
  it('the script runs as a CGI script and finds the server that it runs in', async () => {
    const root = folder();
    mkdirSync(join(root, 'cgi-bin'));
    writeFileSync(join(root, 'cgi-bin', 'reach'), REACH_SCRIPT, { mode: 0o755 });
    writeFileSync(join(root, 'here'), `${HERE}\n`);
    const port = await freePort();
    const server = spawn('busybox', ['httpd', '-f', '-p', `127.0.0.1:${port}`, '-h', root], {
      env: { ...process.env, PROBE_PORT: String(port) },
      stdio: 'ignore',
    });
    onTestFinished(async () => {
      const ended = once(server, 'exit');
      server.kill();
      await ended;
    });
    const url = `http://127.0.0.1:${port}`;
    await expect.poll(async () => (await fetch(`${url}/here`)).text(), { timeout: 10_000 }).toBe(`${HERE}\n`);
    const answer = await fetch(`${url}/cgi-bin/reach`, { method: 'POST', body: '127.0.0.1\n127.0.0.9\n' });
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await answer.text()).toBe('127.0.0.1\n');
  });
});
