import type { CommandInfo } from '../command.ts';

/** What a script of completion may be for. */
export const SHELLS = ['bash', 'zsh', 'fish', 'kubectl'] as const;

export const COMPLETION = {
  name: 'completion',
  summary: 'Print the script that completes command lines in a shell',
  description: [
    'Prints a script that completes the command lines of kubectl-lockstep in a shell. For "kubectl lockstep", save',
    'the script for kubectl as kubectl_complete-lockstep in a folder of PATH, and make it executable: the completion',
    'of kubectl itself calls it, in every shell. A script asks the cluster for names, for 1.5 seconds at most.',
  ].join(' '),
  args: `${SHELLS.join(' | ')}`,
  completes: SHELLS,
  options: {},
  examples: [
    {
      about: 'For kubectl lockstep, in every shell that completes kubectl',
      command: 'kubectl lockstep completion kubectl > ~/.local/bin/kubectl_complete-lockstep',
    },
    { about: 'For kubectl-lockstep in bash', command: 'kubectl lockstep completion bash' },
  ],
} as const satisfies CommandInfo;
