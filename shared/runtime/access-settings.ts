import { X509Certificate } from 'node:crypto';
import { z } from 'zod';

/** What stands for a part of the Shoot's place in the name of a kubeconfig. */
export type Placeholder = 'namespace' | 'name' | 'seed';

/**
 * The name of a file or secret in which these may stand for a Shoot's. What is filled in consists of small letters, digits and
 * hyphens; two of them side by side, or with nothing but those between, would give two Shoots one kubeconfig: `a-b/c` and `a/b-c`.
 */
export function template(name: z.ZodString, placeholders: readonly Placeholder[]) {
  const known = placeholders.map((each) => `{${each}}`);
  const expected = known.length === 0 ? 'no placeholder' : `no placeholder but ${known.join(', ')}`;
  return name
    .refine(
      (text) => (text.match(/\{[^{}]*\}/g) ?? []).every((each) => known.includes(each)),
      `expected ${expected}`,
    )
    .refine(
      (text) => !/\}[a-z0-9-]*\{/.test(text),
      'expected a character between two placeholders that stands in no name, such as _: else two Shoots may share a kubeconfig',
    );
}

/** Tokens are sent there: in clear text only to this machine. */
export const gardenUrl = z
  .url({ protocol: /^https?$/ })
  .refine((text) => {
    const { protocol = 'https:', hostname = '' } = URL.parse(text) ?? {};
    return protocol !== 'http:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  }, 'expected https: tokens are sent there')
  .refine((text) => {
    const { username = '', password = '', search = '', hash = '' } = URL.parse(text) ?? {};
    return `${username}${password}${search}${hash}` === '';
  }, 'expected an address alone, without user, password, query and fragment');

const EXPECTED_CERTIFICATES = 'expected certificates in PEM, or that in base64';

/** Certificates in PEM, or that in base64, as a kubeconfig has it. */
export function certificates(text: z.ZodString) {
  return text.refine(areCertificates, EXPECTED_CERTIFICATES);
}

function areCertificates(text: string): boolean {
  const pem = text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString('utf8');
  const each = pem.match(/-----BEGIN [^-]*-----[^-]*-----END [^-]*-----/g) ?? [];
  return each.length > 0 && each.every(isCertificate);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
