import { generateKeyPairSync } from 'node:crypto';
import type { CertificateAuthority, KeyPair } from './certificates.ts';
import { createAuthority } from './certificates.ts';
import type { Folder, KeyPairFiles } from './folder.ts';

/** Who is who in one control plane. etcd has an authority of its own: no certificate of the cluster opens it. */
export interface Credentials {
  readonly cluster: CertificateAuthority;
  readonly etcd: CertificateAuthority;
  /** Member of `system:masters`, which no authorization rule refuses anything. */
  readonly admin: KeyPair;
  readonly etcdClient: KeyPair;
  readonly controllerManager: KeyPair;
  readonly files: CredentialFiles;
}

/** Paths of what servers read. */
export interface CredentialFiles {
  readonly clusterAuthority: string;
  readonly etcdAuthority: string;
  readonly etcdServer: KeyPairFiles;
  readonly etcdClient: KeyPairFiles;
  readonly controllerManagerServer: KeyPairFiles;
  /** Signs and verifies the tokens of service accounts. */
  readonly serviceAccountKey: string;
}

export async function createCredentials(folder: Folder, now: number): Promise<Credentials> {
  const [cluster, etcd] = await Promise.all([
    createAuthority('cluster authority', now),
    createAuthority('etcd authority', now),
  ]);
  const loopback = ['127.0.0.1', 'localhost'];
  const [admin, etcdServer, etcdClient, controllerManager, controllerManagerServer] = await Promise.all([
    cluster.issueClient({ commonName: 'admin', organization: 'system:masters' }),
    etcd.issueServer({ commonName: 'etcd' }, loopback),
    etcd.issueClient({ commonName: 'kube-apiserver' }),
    cluster.issueClient({ commonName: 'system:kube-controller-manager' }),
    cluster.issueServer({ commonName: 'kube-controller-manager' }, loopback),
  ]);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const files = {
    clusterAuthority: await folder.write('cluster-authority.crt', cluster.certificate),
    etcdAuthority: await folder.write('etcd-authority.crt', etcd.certificate),
    etcdServer: await folder.writeKeyPair('etcd', etcdServer),
    etcdClient: await folder.writeKeyPair('etcd-client', etcdClient),
    controllerManagerServer: await folder.writeKeyPair('kube-controller-manager', controllerManagerServer),
    serviceAccountKey: await folder.write(
      'service-account.key',
      String(privateKey.export({ type: 'sec1', format: 'pem' })),
    ),
  };
  return { cluster, etcd, admin, etcdClient, controllerManager, files };
}
