// The certificate library finds its classes by decorators, and wants this first.
import 'reflect-metadata';
import { KeyObject, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import type { JsonName } from '@peculiar/x509';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface Subject {
  /** To Kubernetes the name of the user. */
  readonly commonName: string;
  /** To Kubernetes a group. */
  readonly organization?: string;
}

/** A certificate authority that lives as long as its control plane. */
export interface CertificateAuthority {
  /** PEM */
  readonly certificate: string;
  /** For a TLS client. */
  issueClient(subject: Subject): Promise<KeyPair>;
  /** For a server under these names and addresses. It may act as a client too: etcd's gateway is one to itself. */
  issueServer(subject: Subject, names: readonly string[]): Promise<KeyPair>;
}

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

/** An authority under its own name: one that shares it with a certificate of its would look self-signed. */
export async function createAuthority(name: string, now: number): Promise<CertificateAuthority> {
  const validity = { notBefore: new Date(now - DAY_MS), notAfter: new Date(now + 30 * DAY_MS) };
  const keys = await webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: nameOf({ commonName: name }),
    keys,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });

  async function issue(
    subject: Subject,
    usages: readonly ExtendedKeyUsage[],
    names: readonly string[],
  ): Promise<KeyPair> {
    const own = await webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);
    const alternatives = names.map((value) => ({
      type: isIP(value) ? ('ip' as const) : ('dns' as const),
      value,
    }));
    const certificate = await X509CertificateGenerator.create({
      ...validity,
      subject: nameOf(subject),
      issuer: authority.subjectName,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: SIGNATURE,
      extensions: [
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([...usages]),
        await AuthorityKeyIdentifierExtension.create(keys.publicKey),
        ...(names.length > 0 ? [new SubjectAlternativeNameExtension(alternatives)] : []),
      ],
    });
    const key = KeyObject.from(own.privateKey).export({ type: 'pkcs8', format: 'pem' });
    return { certificate: certificate.toString('pem'), key: String(key) };
  }

  return {
    certificate: authority.toString('pem'),
    issueClient: (subject) => issue(subject, [ExtendedKeyUsage.clientAuth], []),
    issueServer: (subject, names) =>
      issue(subject, [ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth], names),
  };
}

function nameOf({ commonName, organization }: Subject): JsonName {
  return [...(organization === undefined ? [] : [{ O: [organization] }]), { CN: [commonName] }];
}
