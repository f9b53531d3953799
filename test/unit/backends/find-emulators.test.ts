import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findEmulators } from '../../../infra/local/backends/index.ts';

const FIRESTORE_JAR = 'platform/cloud-firestore-emulator/cloud-firestore-emulator.jar';
const PUBSUB_JAR = 'platform/pubsub-emulator/lib/cloud-pubsub-emulator-0.8.20-all.jar';
let home: string;
let root: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'find-emulators-'));
  root = join(home, 'sdk');
});
afterEach(() => rm(home, { recursive: true }));

async function file(path: string, content = ''): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  await chmod(path, 0o755);
}

/** A Cloud SDK with these files, and a PATH on which `gcloud` is a link into it and `java` a program. */
async function installed(...files: string[]): Promise<Record<string, string>> {
  await file(join(root, 'bin/gcloud'));
  for (const path of files) await file(join(root, path));
  const path = join(home, 'path');
  await file(join(path, 'java'), '#!/bin/sh\nexit 0\n');
  await symlink(join(root, 'bin/gcloud'), join(path, 'gcloud'));
  return { PATH: path };
}

test('the jars are found through the link that gcloud is on the PATH', async () => {
  const env = await installed(FIRESTORE_JAR, PUBSUB_JAR);
  expect(await findEmulators(env)).toEqual({
    available: true,
    kind: 'installed',
    java: join(home, 'path/java'),
    firestoreJar: join(root, FIRESTORE_JAR),
    pubsubJar: join(root, PUBSUB_JAR),
  });
});

test('the Java of JAVA_HOME comes before the one on the PATH', async () => {
  const env = await installed(FIRESTORE_JAR, PUBSUB_JAR);
  await file(join(home, 'jdk/bin/java'), '#!/bin/sh\nexit 0\n');
  expect(await findEmulators({ ...env, JAVA_HOME: join(home, 'jdk') })).toMatchObject({
    java: join(home, 'jdk/bin/java'),
  });
});

test('a Java that does not run is named', async () => {
  const env = await installed(FIRESTORE_JAR, PUBSUB_JAR);
  await file(join(home, 'path/java'), '#!/bin/sh\necho "no Java installed" >&2\nexit 1\n');
  const found = await findEmulators(env);
  expect(found).toMatchObject({ available: false, reason: expect.stringContaining('no Java installed') });
});

test('emulators that run already are taken as they are', async () => {
  const env = { PUBSUB_EMULATOR_HOST: 'localhost:1', FIRESTORE_EMULATOR_HOST: 'localhost:2' };
  expect(await findEmulators(env)).toEqual({
    available: true,
    kind: 'running',
    pubsubHost: 'localhost:1',
    firestoreHost: 'localhost:2',
  });
});

test.for(['PUBSUB_EMULATOR_HOST', 'FIRESTORE_EMULATOR_HOST'])(
  '%s alone is refused with both names',
  async (name) => {
    const found = await findEmulators({
      ...(await installed(FIRESTORE_JAR, PUBSUB_JAR)),
      [name]: 'localhost:1',
    });
    expect(found).toMatchObject({
      available: false,
      reason: expect.stringContaining('PUBSUB_EMULATOR_HOST'),
    });
    expect(found).toMatchObject({ reason: expect.stringContaining('FIRESTORE_EMULATOR_HOST') });
  },
);
