import { z } from 'zod';
import type { Credentials } from './credentials.ts';
import type { Folder } from './folder.ts';
import { secureGet } from './secure-get.ts';
import type { Start } from './server-process.ts';

const Health = z.object({ health: z.string() });

/** One etcd member, over TLS both ways. It does not wait for the disk: nothing of it is wanted after a crash. */
export function etcd(folder: Folder, program: string, credentials: Credentials): Start {
  const { etcdServer, etcdAuthority } = credentials.files;
  return {
    folder,
    name: 'etcd',
    program,
    argumentsFor: (port) => [
      `--data-dir=${folder.at('etcd')}`,
      `--listen-client-urls=https://127.0.0.1:${port}`,
      `--advertise-client-urls=https://127.0.0.1:${port}`,
      // No other member ever comes; it listens for them all the same.
      '--listen-peer-urls=https://127.0.0.1:0',
      ...['', 'peer-'].flatMap((side) => [
        `--${side}cert-file=${etcdServer.certificate}`,
        `--${side}key-file=${etcdServer.key}`,
        `--${side}trusted-ca-file=${etcdAuthority}`,
        `--${side}client-cert-auth=true`,
      ]),
      '--unsafe-no-fsync',
      '--log-level=warn',
    ],
    isReady: async (port) => {
      const at = { port, path: '/health' };
      const { status, body } = await secureGet(at, credentials.etcd.certificate, credentials.etcdClient);
      return status === 200 && Health.parse(JSON.parse(body)).health === 'true';
    },
  };
}
