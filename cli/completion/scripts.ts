import { NAME } from '../cli.ts';
import { COMPLETE } from './words.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * The program itself is asked, with the words as they were typed: nothing of what somebody typed is evaluated. Its answer is a
 * candidate a line, with what it is behind a tab; `:files` stands for the names of files. Works with the macOS bash (3.2) and
 * without bash-completion.
 */
const BASH = `# bash completion of ${NAME}
_shoot_dualstack() {
  local line word files= cur="\${COMP_WORDS[COMP_CWORD]}"
  # Bash takes --output=json for three words.
  [[ $cur == = ]] && cur=
  COMPREPLY=()
  while IFS= read -r line; do
    word="\${line%%$'\\t'*}"
    if [[ $word == :files ]]; then files=1
    elif [[ $word == "$cur"* ]]; then COMPREPLY+=("$word")
    fi
  done < <("\${COMP_WORDS[0]}" ${COMPLETE} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ -n $files ]]; then
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$cur")
    compopt -o filenames 2>/dev/null
  fi
}
complete -F _shoot_dualstack ${NAME}
`;

const ZSH = `#compdef ${NAME}
_shoot_dualstack() {
  local -a found
  local line
  for line in "\${(@f)$("\${words[1]}" ${COMPLETE} "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == :files ]]; then _files
    elif [[ -n $line ]]; then found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done
  (( \${#found} )) && _describe '${NAME}' found
}
if [[ "\${funcstack[1]}" == _shoot_dualstack ]]; then _shoot_dualstack "$@"
else compdef _shoot_dualstack ${NAME}
fi
`;

const FISH = `# fish completion of ${NAME}
function __shoot_dualstack
    set -l words (commandline -opc) (commandline -ct)
    for line in ($words[1] ${COMPLETE} $words[2..-1] 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c ${NAME} -f -a '(__shoot_dualstack)'
`;

export function completionScript(shell: Shell): string {
  return { bash: BASH, zsh: ZSH, fish: FISH }[shell];
}
