/**
 * What must stand in no log line, refusal, history or error message, found by what it looks like or by the name before it.
 * Messages, kubeconfigs and the answers of APIs bring such things along: an error quotes the line that it stumbled over, a
 * gateway echoes the headers. Every pattern takes time in proportion to the text, which may come from anybody.
 */
const REDACTED = '<redacted>';

/** Longer than what anything keeps of a text that came from outside, so that no secret is cut before it is recognised. */
const MOST_CHARACTERS = 20_000;

/** Names of fields, headers, variables and parameters whose value is a secret; also as the end of a longer name. */
const WHOLE_LINE = 'passw(?:or)?d|passphrase|authorization|cookie';
const ONE_WORD = 'token|client[-_]?secret|private[-_]?key|client[-_]?key[-_]?data|api[-_]?key';
const NAMES_A_SECRET = new RegExp(`(?:${WHOLE_LINE}|${ONE_WORD})$`, 'i');

/** Behind a name: its closing quote, escaped as often as it is nested, and what stands before a value. */
const BEFORE_VALUE = `(?:\\\\{0,16}["'])?[ \\t]{0,8}[:=][ \\t]{0,8}`;

/** Of a word, also behind a line end or another character that JSON has escaped. Tried once in a word: else long ones take for ever. */
const BEGINNING = '(?<=^|[^\\w-]|\\\\[nrtbf]|\\\\u[0-9a-fA-F]{4})';

const PATTERNS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // A private key in PEM, its line ends escaped or not, perhaps without its end.
  [
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:[A-Za-z0-9+/=\s]|\\{1,8}[nr])*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
    REDACTED,
  ],
  // The same in base64, as a kubeconfig has it.
  [/LS0tLS1CRUdJTi[A-Za-z0-9+/=]*/g, REDACTED],
  // A value in quotes: up to the quote that is escaped as often, or the end of a text that was cut.
  [
    new RegExp(
      `((?:${WHOLE_LINE}|${ONE_WORD})${BEFORE_VALUE})(?<!\\\\)(\\\\{0,16})(["'])(?!<redacted>)[^]*?(?:(?<!\\\\)\\2\\3|$)`,
      'gi',
    ),
    `$1$2$3${REDACTED}$2$3`,
  ],
  [new RegExp(`((?:${WHOLE_LINE})${BEFORE_VALUE})(?![\\\\"'<{[\\s])[^\\r\\n"']+`, 'gi'), `$1${REDACTED}`],
  [new RegExp(`((?:${ONE_WORD})${BEFORE_VALUE})(?![\\\\"'<{[])[^\\s"',;&)}\\]\\\\]+`, 'gi'), `$1${REDACTED}`],
  [new RegExp(`(${BEGINNING}Bearer[ \\t]{1,8})[A-Za-z0-9._~+/=-]{8,}`, 'gi'), `$1${REDACTED}`],
  // A signed token (JWT), and Google's tokens, keys and client secrets.
  [new RegExp(`${BEGINNING}eyJ[\\w-]{6,}\\.[\\w-]{2,}(?:\\.[\\w-]*)?`, 'g'), REDACTED],
  [new RegExp(`${BEGINNING}ya29\\.[\\w.-]+`, 'g'), REDACTED],
  [new RegExp(`${BEGINNING}(?:1//|GOCSPX-)[\\w-]{16,}`, 'g'), REDACTED],
  [new RegExp(`${BEGINNING}AIza[\\w-]{30,}`, 'g'), REDACTED],
  // User and password in a URL, also of a text that was cut in the middle of them; a port is none.
  [/\/\/[^\s/@:"']{0,256}:[^\s/@"']{1,256}@/g, `//${REDACTED}@`],
  [/\/\/[^\s/@:"'[\]]{0,256}:(?!\d*$)[^\s/@"'\\]{1,256}$/g, `//${REDACTED}`],
];

/** The text with every secret that is recognised replaced. Doing it again changes nothing. */
export function withoutSecrets(text: string): string {
  return PATTERNS.reduce((sofar, [pattern, replacement]) => sofar.replace(pattern, replacement), text);
}

/** The beginning of a text from outside, without secrets and well-formed: what may be put on record of it. */
export function beginningOf(text: string, mostCharacters: number): string {
  const looked = withoutSecrets(text.slice(0, MOST_CHARACTERS));
  const cut = looked.length > mostCharacters || text.length > MOST_CHARACTERS;
  return (cut ? looked.slice(0, mostCharacters) : looked).toWellFormed();
}

/** Whether a field of this name holds a secret. */
export function namesASecret(name: string): boolean {
  return NAMES_A_SECRET.test(name);
}

/** In the place of a field's secret. */
export const REPLACEMENT = REDACTED;
