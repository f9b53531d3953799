/** The command line of a container: `command` with `args` behind it. */
export interface CommandLine {
  readonly command: readonly string[];
  readonly args: readonly string[];
}

/**
 * The value that a Go program gives to a flag: the last occurrence wins. A boolean flag takes a value only behind `=`
 * (`--flag false` sets it to true and leaves a stray argument), any other also from the next argument.
 */
export function flagValue(
  { command, args }: CommandLine,
  flag: string,
  type: 'boolean' | 'string',
): string | undefined {
  const words = [...command, ...args];
  let value: string | undefined;
  words.forEach((word, index) => {
    if (word.startsWith(`--${flag}=`)) value = word.slice(flag.length + 3);
    else if (word === `--${flag}`) value = type === 'boolean' ? 'true' : words[index + 1];
  });
  return value;
}

/** The command line with exactly these flags set in the place of all their occurrences; all else stays. */
export function withFlags(
  { command, args }: CommandLine,
  flags: Readonly<Record<string, string>>,
): CommandLine {
  const kept = { command: without(command, flags), args: without(args, flags) };
  const added = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  return args.length > 0 || command.length === 0
    ? { ...kept, args: [...kept.args, ...added] }
    : { ...kept, command: [...kept.command, ...added] };
}

function without(words: readonly string[], flags: Readonly<Record<string, string>>): string[] {
  return words.filter((word, index) => {
    const previous = words[index - 1];
    const isValueOfFlag = previous !== undefined && isBare(previous, flags) && !word.startsWith('-');
    return !isValueOfFlag && !isBare(word, flags) && !hasValue(word, flags);
  });
}

function isBare(word: string, flags: Readonly<Record<string, string>>): boolean {
  return word.startsWith('--') && Object.hasOwn(flags, word.slice(2));
}

function hasValue(word: string, flags: Readonly<Record<string, string>>): boolean {
  return Object.keys(flags).some((flag) => word.startsWith(`--${flag}=`));
}
