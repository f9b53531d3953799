import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CommandLineEnd, commandLine } from '../../local/command-line.ts';
import { foldersOf, functionFolders, writeFolder } from './function-folders.ts';
import { deployedFunctions, functionsNamed, UnknownFunction } from './functions.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

process.exitCode = await main(process.argv.slice(2));

/** `npm run bundle`: the folders that are deployed, one after the other. Returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const all = deployedFunctions(root);
    const names = namesIn(args);
    const chosen = new Set(functionsNamed(all, names).map(({ name }) => name));
    // What a function has in common with others is the same whether those are written or not.
    const folders = await functionFolders(root, all);
    // Nor is there a folder left of a function that is no more.
    if (names.length === 0) rmSync(foldersOf(root), { recursive: true, force: true });
    for (const folder of folders) {
      if (!chosen.has(folder.name)) continue;
      writeFolder(foldersOf(root), folder);
      const [bytes, atStart] = [folder.bytes, folder.bytesAtStart].map((size) => (size / 1e6).toFixed(1));
      say(`dist/functions/${folder.name}: ${bytes} MB, ${atStart} MB of it loaded at start`);
    }
    return 0;
  } catch (error) {
    if (error instanceof CommandLineEnd) return error.exitCode;
    say(`error: ${error instanceof Error ? error.message : error}`);
    return error instanceof UnknownFunction ? 2 : 1;
  }
}

function namesIn(args: readonly string[]): readonly string[] {
  const command = commandLine('npm run bundle --')
    .description(
      'Writes a folder per function to dist/functions, which Cloud Run functions deploys as source.',
    )
    .argument('[function...]', 'which functions; default: all');
  return command.parse(args, { from: 'user' }).args;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
