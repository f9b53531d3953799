import { inspect } from 'node:util';
import { REPLACEMENT } from '../../secrets.ts';

/**
 * A text that must not be told. However it gets into a message, a log line, a document or a debugger's output, all that stands
 * there is that there is one; who needs the text says so by {@link reveal}.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** For what is sent to where the secret belongs, and for nothing else. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return REPLACEMENT;
  }

  toJSON(): string {
    return REPLACEMENT;
  }

  [inspect.custom](): string {
    return REPLACEMENT;
  }
}
