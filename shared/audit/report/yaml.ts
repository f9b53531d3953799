/** What is the same as text in YAML as without quotes, and no number, boolean or null to any reader. */
const PLAIN = /^[A-Za-z][A-Za-z0-9_./-]*$/;
const NO_TEXT = /^(true|false|yes|no|on|off|null|y|n)$/i;

/**
 * An object as YAML, for people to read and `kubectl` to take. Written here because the Kubernetes client's `dumpYaml` leaves out
 * what its models name otherwise: a NetworkPolicy loses `from`, and a rule without it lets everybody in (seen with 2.0.1).
 */
export function yamlOf(object: Readonly<Record<string, unknown>>): string {
  return `${linesOf(object).join('\n')}\n`;
}

function linesOf(value: object): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown) => nested(item, '-', '  '));
  }
  return Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .flatMap(([key, field]) => nested(field, `${textOf(key)}:`, Array.isArray(field) ? '' : '  '));
}

/** `head` with the value behind it, or below where that has parts. Below a dash the first part stands behind it. */
function nested(value: unknown, head: string, indent: string): string[] {
  if (typeof value !== 'object' || value === null) return [`${head} ${scalarOf(value)}`];
  const lines = linesOf(value);
  const [first, ...others] = lines;
  if (first === undefined) return [`${head} ${Array.isArray(value) ? '[]' : '{}'}`];
  if (head === '-') return [`${head} ${first}`, ...others.map((line) => `${indent}${line}`)];
  return [head, ...lines.map((line) => `${indent}${line}`)];
}

function scalarOf(value: unknown): string {
  return typeof value === 'string' ? textOf(value) : JSON.stringify(value);
}

/** JSON's strings are YAML's, in double quotes. */
function textOf(text: string): string {
  return PLAIN.test(text) && !NO_TEXT.test(text) ? text : JSON.stringify(text);
}
