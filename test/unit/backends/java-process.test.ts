import { expect, test } from 'vitest';
import { startJavaServer } from '../../../infra/local/backends/emulators/java-process.ts';

// Any program that takes arguments can stand in for Java.
const node = (program: string) => (port: number) => ['-e', program, String(port)];

test('a server is ready once it answers, and gone after stop', async () => {
  const program = `require('node:http').createServer((_, response) => response.end('Ok'))
    .listen(Number(process.argv[1]), '127.0.0.1')`;
  const { host, stop } = await startJavaServer('emulator', process.execPath, node(program));
  expect(await (await fetch(`http://${host}/`)).text()).toBe('Ok');
  await stop();
  await expect(fetch(`http://${host}/`)).rejects.toThrow();
});

test('a server that ends instead is an error with its name, its end and its last words', async () => {
  const program = `console.error('needs Java 21'); process.exit(3)`;
  const started = startJavaServer('Pub/Sub emulator', process.execPath, node(program));
  await expect(started).rejects.toThrow(/Pub\/Sub emulator did not start.*exit code 3.*needs Java 21/s);
});

test('a program that is not there is an error', async () => {
  const started = startJavaServer('emulator', '/nowhere/java', () => []);
  await expect(started).rejects.toThrow('/nowhere/java');
});
