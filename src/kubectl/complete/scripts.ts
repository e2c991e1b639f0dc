import type { SHELLS } from '../subcommands/completion-info.ts';

type Shell = (typeof SHELLS)[number];

/** kubectl calls it for `kubectl lockstep`, and understands the answer. */
const KUBECTL = `#!/bin/sh
exec kubectl-lockstep __complete "$@"
`;

/** COMP_WORDS splits at "=", so the value of --flag=VALUE is a word of its own there. */
const BASH = `# bash completion for kubectl-lockstep
_kubectl_lockstep() {
  local line=\${COMP_LINE:0:COMP_POINT} answer directive current
  local -a words
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  current=\${words[-1]}
  answer=$(kubectl-lockstep __complete "\${words[@]:1}" 2>/dev/null) || return
  directive=\${answer##*:}
  answer=\${answer%:*}
  COMPREPLY=()
  local candidate
  while IFS=$'\\t' read -r candidate _; do
    [[ -n $candidate && $candidate == "$current"* ]] || continue
    [[ $current == -*=* ]] && candidate=\${candidate#*=}
    COMPREPLY+=("$candidate")
  done <<<"$answer"
  ((directive & 2)) && compopt -o nospace 2>/dev/null
  ((directive & 4)) || compopt -o default 2>/dev/null
  return 0
}
complete -F _kubectl_lockstep kubectl-lockstep
`;

const ZSH = `#compdef kubectl-lockstep
# zsh completion for kubectl-lockstep
_kubectl_lockstep() {
  local answer directive line
  local -a candidates options
  answer=$(kubectl-lockstep __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null) || return
  directive=\${answer##*:}
  for line in \${(f)answer}; do
    [[ $line == :<-> ]] && continue
    line=\${line//:/\\\\:}
    candidates+=("\${line/$'\\t'/:}")
  done
  ((directive & 2)) && options=(-S '')
  _describe 'kubectl lockstep' candidates "\${options[@]}" && return
  ((directive & 4)) || _files
}
if [[ $funcstack[1] == _kubectl_lockstep ]]; then
  _kubectl_lockstep "$@"
else
  compdef _kubectl_lockstep kubectl-lockstep
fi
`;

const FISH = `# fish completion for kubectl-lockstep
function __kubectl_lockstep
    set -l words (commandline -opc) (commandline -ct)
    set -l answer (kubectl-lockstep __complete $words[2..-1] 2>/dev/null)
    for line in $answer[1..-2]
        echo $line
    end
end
complete -c kubectl-lockstep -f -a '(__kubectl_lockstep)'
for flag in kubeconfig filename certificate-authority client-certificate client-key
    complete -c kubectl-lockstep -l $flag -r -F
end
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH, kubectl: KUBECTL };

/** The script that completes command lines in a shell. */
export const scriptFor = (shell: Shell): string => SCRIPTS[shell];
