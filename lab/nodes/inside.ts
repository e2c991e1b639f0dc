import { type CommandResult, runOk } from '../control-plane/run.ts';
import type { StartSpec } from '../keeper/keeper.ts';
import { SYSTEM_PATH } from './prerequisites.ts';

/** A node's namespaces, by the id of its first process. */
export interface Namespaces {
  readonly name: string;
  readonly pid: number;
}

const entering = (pid: number): readonly string[] => [
  `--target=${pid}`,
  ...['--mount', '--pid', '--uts', '--ipc', '--net', '--'],
];

/** How a keeper starts a program on a node. */
export const onNode = (
  { name, pid }: Namespaces,
  program: string,
  command: string,
  args: readonly string[],
): StartSpec => ({
  name: `${name}-${program}`,
  command: 'nsenter',
  args: [...entering(pid), command, ...args],
  env: { PATH: SYSTEM_PATH },
});

/**
 * Runs a command on a node to its end.
 * @throws CommandError if the exit code is not zero
 */
export const runOnNode = ({ pid }: Namespaces, ...command: readonly string[]): Promise<CommandResult> =>
  runOk('nsenter', [...entering(pid), ...command], { env: { PATH: SYSTEM_PATH } });
