import { Argument, type Command } from 'commander';
import { type Cli, withExamples } from '../cli.ts';
import { completionScript, SHELLS, type Shell } from '../completion/scripts.ts';

export function addCompletion(program: Command, cli: Cli): void {
  const command = program
    .command('completion')
    .description('The script that completes commands, options, reasons, contexts and shoots in a shell.')
    .addArgument(new Argument('<SHELL>').choices(SHELLS))
    .action((shell: Shell) => cli.terminal.out(completionScript(shell)));
  withExamples(command, [
    { line: 'completion bash', does: 'source <(shoot-dualstack completion bash), in ~/.bashrc' },
    { line: 'completion zsh', does: 'into a file _shoot-dualstack in a folder of $fpath' },
    { line: 'completion fish', does: 'into ~/.config/fish/completions/shoot-dualstack.fish' },
  ]);
}
