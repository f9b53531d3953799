import { execFile } from 'node:child_process';
import { access, constants, readdir, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

export type FoundEmulators =
  | { readonly available: false; readonly reason: string }
  /** Jars of an installed Cloud SDK, and the Java to run them with. */
  | {
      readonly available: true;
      readonly kind: 'installed';
      readonly java: string;
      readonly pubsubJar: string;
      readonly firestoreJar: string;
    }
  /** Somebody runs both already. */
  | {
      readonly available: true;
      readonly kind: 'running';
      readonly pubsubHost: string;
      readonly firestoreHost: string;
    };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Looks for Google's Pub/Sub and Firestore emulators: PUBSUB_EMULATOR_HOST and FIRESTORE_EMULATOR_HOST, else a
 * Cloud SDK with both components (CLOUDSDK_ROOT_DIR, the `gcloud` on the PATH, the usual folders) and Java.
 * Starts nothing but `java -version`.
 *
 * @returns when they cannot be used, a reason that says what to install or set.
 */
export async function findEmulators(env: Environment = process.env): Promise<FoundEmulators> {
  const { PUBSUB_EMULATOR_HOST: pubsubHost, FIRESTORE_EMULATOR_HOST: firestoreHost } = env;
  if (pubsubHost && firestoreHost) return { available: true, kind: 'running', pubsubHost, firestoreHost };
  if (pubsubHost || firestoreHost) {
    const [set, missing] = pubsubHost
      ? ['PUBSUB_EMULATOR_HOST', 'FIRESTORE_EMULATOR_HOST']
      : ['FIRESTORE_EMULATOR_HOST', 'PUBSUB_EMULATOR_HOST'];
    return unavailable(`${set} is set but ${missing} is not: set both, or neither`);
  }

  const roots = await sdkRoots(env);
  if (roots.length === 0) return unavailable('no Google Cloud SDK found (no gcloud on the PATH)');
  const firestoreJar = await firstPath(roots, firestoreJarIn);
  if (firestoreJar === undefined) return notInstalled('cloud-firestore-emulator');
  const pubsubJar = await firstPath(roots, pubsubJarIn);
  if (pubsubJar === undefined) return notInstalled('pubsub-emulator');

  const java = await findJava(env);
  if (java === undefined) return unavailable('java not found (neither JAVA_HOME nor the PATH has one)');
  try {
    await promisify(execFile)(java, ['-version']);
  } catch (error) {
    return unavailable(`${java} does not run: ${error instanceof Error ? error.message : String(error)}`);
  }
  return { available: true, kind: 'installed', java, pubsubJar, firestoreJar };
}

function unavailable(reason: string): FoundEmulators {
  return { available: false, reason };
}

function notInstalled(component: string): FoundEmulators {
  return unavailable(
    `component ${component} is not installed: gcloud components install ${component} ` +
      `(Debian: apt-get install google-cloud-cli-${component.replace('cloud-', '')})`,
  );
}

/** Folders of Cloud SDKs on this machine, the most explicitly chosen first. */
async function sdkRoots(env: Environment): Promise<readonly string[]> {
  const gcloud = await onPath('gcloud', env);
  const candidates = [
    env.CLOUDSDK_ROOT_DIR,
    // Packages put a link on the PATH; the SDK lies where it leads.
    gcloud && dirname(dirname(await realpath(gcloud))),
    env.HOME && join(env.HOME, 'google-cloud-sdk'),
    '/usr/lib/google-cloud-sdk',
    '/usr/share/google-cloud-sdk',
    '/usr/local/google-cloud-sdk',
    '/opt/google-cloud-sdk',
    '/opt/homebrew/share/google-cloud-sdk',
    '/usr/local/share/google-cloud-sdk',
  ];
  const roots: string[] = [];
  for (const root of candidates) {
    if (root && !roots.includes(root) && (await exists(join(root, 'bin')))) roots.push(root);
  }
  return roots;
}

async function firestoreJarIn(root: string): Promise<string | undefined> {
  const jar = join(root, 'platform', 'cloud-firestore-emulator', 'cloud-firestore-emulator.jar');
  return (await exists(jar)) ? jar : undefined;
}

/** Its version is part of the name. */
async function pubsubJarIn(root: string): Promise<string | undefined> {
  const folder = join(root, 'platform', 'pubsub-emulator', 'lib');
  if (!(await exists(folder))) return undefined;
  const jar = (await readdir(folder)).find((name) => /^cloud-pubsub-emulator-.*-all\.jar$/.test(name));
  return jar && join(folder, jar);
}

async function findJava(env: Environment): Promise<string | undefined> {
  const home = env.JAVA_HOME;
  if (home) {
    const java = join(home, 'bin', 'java');
    if (await executable(java)) return java;
  }
  return await onPath('java', env);
}

async function onPath(program: string, env: Environment): Promise<string | undefined> {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return await firstPath(folders, async (folder) => {
    const file = join(folder, program);
    return (await executable(file)) ? file : undefined;
  });
}

async function firstPath(
  folders: readonly string[],
  find: (folder: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  for (const folder of folders) {
    const found = await find(folder);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function executable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
