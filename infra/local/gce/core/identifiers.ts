import type { Random } from '../../random.ts';

/** Writes the identifiers that the service gives to resources. */
export class Identifiers {
  readonly #random: Random;
  #fingerprints = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += Math.floor(this.#random() * 16).toString(16);
    return text;
  }

  /** A 64-bit id, as a string: it does not fit a JSON number. */
  id(): string {
    let text = String(1 + Math.floor(this.#random() * 9));
    while (text.length < 19) text += Math.floor(this.#random() * 10);
    return text;
  }

  /**
   * Twelve characters of URL-safe base64 (gcp-compute-semantics.md §1.4), never the same twice: random bytes and a counter.
   * URL-safe because gcloud reads the field as bytes and writes it back in that alphabet.
   */
  fingerprint(): string {
    this.#fingerprints += 1;
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE(this.#fingerprints, 4);
    bytes.writeUInt32BE(Math.floor(this.#random() * 2 ** 32), 0);
    return `${bytes.toString('base64url')}=`;
  }

  /** `operation-<milliseconds>-<hex>-<hex>-<hex>` (gcp-compute-semantics.md §4.1). */
  operationName(now: number): string {
    return `operation-${Math.floor(now)}-${this.hex(13)}-${this.hex(8)}-${this.hex(8)}`;
  }
}
