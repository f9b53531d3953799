import type { Argument, Command, Option } from 'commander';

/** The hidden command that the scripts of the shells call with the words up to the cursor. */
export const COMPLETE = '__complete';

/** What is being typed: a word of these, or something that only the arguments’ own names tell. */
type Asked =
  | { readonly kind: 'words'; readonly words: readonly (readonly [word: string, what: string])[] }
  | { readonly kind: 'value'; readonly name: string; readonly command: Command };

/** What the last of the words may become, from what commander knows of the commands. */
export function askedFor(program: Command, typed: readonly string[]): Asked {
  const words = joined(typed);
  const present = words.at(-1) ?? '';
  const { command, taken, option, onlyArguments } = walked(program, words.slice(0, -1));
  if (option !== undefined) return ofOption(option, command);
  if (!onlyArguments && present.startsWith('-')) return ofFlag(present, command);
  if (command.commands.length > 0) {
    return {
      kind: 'words',
      words: command.commands.map((each) => [each.name(), firstSentence(each.description())] as const),
    };
  }
  const argument = command.registeredArguments[taken];
  return argument === undefined ? optionsOf(command) : argumentOf(argument, command);
}

/** Where the words before the one that is being typed have led to. */
interface Walk {
  readonly command: Command;
  /** Arguments that are there. */
  readonly taken: number;
  /** The option whose value comes next. */
  readonly option: Option | undefined;
  readonly onlyArguments: boolean;
}

function walked(program: Command, words: readonly string[]): Walk {
  const start: Walk = { command: program, taken: 0, option: undefined, onlyArguments: false };
  return words.reduce(stepped, start);
}

function stepped(walk: Walk, word: string): Walk {
  const { command, taken, option, onlyArguments } = walk;
  if (option !== undefined) return { ...walk, option: undefined };
  if (!onlyArguments && word === '--') return { ...walk, onlyArguments: true };
  if (!onlyArguments && word.startsWith('-')) {
    const named = optionNamed(command, word.split('=')[0] ?? '');
    return { ...walk, option: named?.required && !word.includes('=') ? named : undefined };
  }
  const sub = taken === 0 ? command.commands.find((each) => each.name() === word) : undefined;
  return sub === undefined ? { ...walk, taken: taken + 1 } : { ...walk, command: sub };
}

function ofFlag(present: string, command: Command): Asked {
  const [name = '', assigned] = present.split('=', 2);
  if (assigned === undefined) return optionsOf(command);
  const named = optionNamed(command, name);
  return named === undefined ? NOTHING : ofOption(named, command);
}

const NOTHING: Asked = { kind: 'words', words: [] };

/** Bash hands over `--output=json` as three words; others as one. */
function joined(typed: readonly string[]): readonly string[] {
  const words: string[] = [];
  for (const [index, word] of typed.entries()) {
    const last = words.at(-1);
    if (last?.startsWith('--') && (word === '=' || (typed[index - 1] === '=' && last.endsWith('=')))) {
      words[words.length - 1] = last + word;
    } else words.push(word);
  }
  return words;
}

function optionNamed(command: Command, flag: string): Option | undefined {
  return every(command).find(({ short, long }) => flag === short || flag === long);
}

function every(command: Command): readonly Option[] {
  return [...command.options, ...(command.parent === null ? [] : every(command.parent))];
}

function optionsOf(command: Command): Asked {
  return {
    kind: 'words',
    words: [
      ...every(command).flatMap(({ long, description }) =>
        long == null ? [] : [[long, description] as const],
      ),
      ['--help', 'what the command does'],
    ],
  };
}

function ofOption({ argChoices, flags }: Option, command: Command): Asked {
  if (argChoices !== undefined)
    return { kind: 'words', words: argChoices.map((each) => [each, ''] as const) };
  return { kind: 'value', name: /<(\w+)>/.exec(flags)?.[1] ?? '', command };
}

function argumentOf(argument: Argument, command: Command): Asked {
  const { argChoices } = argument;
  if (argChoices !== undefined)
    return { kind: 'words', words: argChoices.map((each) => [each, ''] as const) };
  return { kind: 'value', name: argument.name(), command };
}

function firstSentence(text: string): string {
  return text.split(/[.:] |\.$/)[0] ?? '';
}
