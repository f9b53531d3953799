/** A number from 0 up to but not including 1. Everything random in the simulator comes from one such generator. */
export type Random = () => number;

/** The mulberry32 generator: the same sequence for the same seed. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Inclusive bounds of a duration in simulated milliseconds. */
export interface Span {
  readonly min: number;
  readonly max: number;
}

export function spanOf(milliseconds: number): Span {
  return { min: milliseconds, max: milliseconds };
}

/** A duration within the span. */
export function drawn(random: Random, span: Span): number {
  return span.min === span.max ? span.min : Math.round(span.min + random() * (span.max - span.min));
}

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
