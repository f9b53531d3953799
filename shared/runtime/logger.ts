import { type DestinationStream, type Logger, pino } from 'pino';
import { namesASecret, REPLACEMENT, withoutSecrets } from '../secrets.ts';
import { logFields } from '../telemetry/index.ts';

/** Cloud Logging's names for pino's levels. */
const SEVERITY: Readonly<Record<string, string>> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
};

/** Cloud Logging takes lines of 256 KiB at most, and cuts a longer one into pieces that are no JSON. */
const MOST_LINE_CHARACTERS = 60_000;
const MOST_TEXT_CHARACTERS = 4_000;

/**
 * JSON lines with the fields that Cloud Logging understands, on standard output unless told otherwise. Whatever is
 * logged, no line holds a secret that {@link withoutSecrets} knows, and none is longer than Cloud Logging takes.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      messageKey: 'message',
      base: null,
      // Trace, span and labels of what this line is written for.
      mixin: logFields,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ severity: SEVERITY[label] ?? 'DEFAULT' }) },
      hooks: { streamWrite: fitToBeLogged },
    },
    destination,
  );
}

function fitToBeLogged(line: string): string {
  const long = line.length > MOST_LINE_CHARACTERS;
  // Nearly every line: nothing has to be taken apart.
  if (!long && withoutSecrets(line) === line) return line;
  const fit = `${JSON.stringify(JSON.parse(line, fitValue(long)))}\n`;
  if (fit.length <= MOST_LINE_CHARACTERS) return fit;
  // Thousands of fields: their names say nothing, their number would.
  return `${JSON.stringify({ severity: 'WARNING', message: `a line of ${line.length} characters was too long`, beginning: withoutSecrets(fit.slice(0, MOST_TEXT_CHARACTERS)) })}\n`;
}

/** Text by text, so that what is left is JSON still. */
function fitValue(long: boolean): (name: string, value: unknown) => unknown {
  return (name, value) => {
    if (typeof value !== 'string') return value;
    if (namesASecret(name)) return REPLACEMENT;
    const text = withoutSecrets(value);
    return long && text.length > MOST_TEXT_CHARACTERS ? `${text.slice(0, MOST_TEXT_CHARACTERS)}…` : text;
  };
}
