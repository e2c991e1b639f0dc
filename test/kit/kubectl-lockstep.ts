import { expect } from 'vitest';
import type { ClusterClient } from '../../lab/control-plane/client.ts';
import type { Sandbox } from '../../lab/lockstep/sandbox.ts';
import type { ExitCode } from '../../src/kubectl/command.ts';
import type { Io } from '../../src/kubectl/io.ts';
import { runKubectl } from '../../src/kubectl/program.ts';

/** What a command has printed, and how it ended. */
export interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
  /** The calls to the API server, as `get configmaps 200`. */
  readonly calls: readonly string[];
}

export interface RunOptions {
  /** Default: the admin's. */
  readonly kubeconfig?: string;
  readonly input?: string;
  /** What a person types when asked. Default: nobody is there. */
  readonly answers?: readonly string[];
  readonly terminal?: Partial<Io['terminal']>;
  readonly signal?: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
  /** Told of everything that is printed, as it is printed. */
  readonly onOut?: (text: string) => void;
}

/** Runs `kubectl lockstep ARGS` in this process, against a real cluster or none. */
export async function kubectlLockstep(
  kubeconfig: string | undefined,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ran> {
  const { input = '', answers, terminal, env = {}, onOut, signal = new AbortController().signal } = options;
  let [out, err] = ['', ''];
  const [calls, left] = [[] as string[], [...(answers ?? [])]];
  const code = await runKubectl(args, {
    out: (text) => {
      out += text;
      onOut?.(text);
    },
    err: (text) => {
      err += text;
    },
    data: (text) => {
      out += text;
    },
    move: (text) => {
      err += text;
    },
    ask: async () => (answers ? left.shift() : undefined),
    readInput: async () => input,
    env: { ...(kubeconfig !== undefined && { KUBECONFIG: kubeconfig }), ...env },
    terminal: { colour: false, progress: false, width: undefined, ...terminal },
    onCall: (call) => void calls.push(call),
    signal,
  });
  return { code, out, err, calls };
}

/** Runs it in the namespace of a sandbox. */
export const kubectlLockstepIn =
  ({ kubeconfig }: Pick<ClusterClient, 'kubeconfig'>, { namespace }: Pick<Sandbox, 'namespace'>) =>
  (args: readonly string[], options: RunOptions = {}): Promise<Ran> =>
    kubectlLockstep(options.kubeconfig ?? kubeconfig, [...args, '-n', namespace], options);

/**
 * What differs from run to run, in words that stay: namespaces of sandboxes, hashes, times and uids.
 */
export function settled(text: string, replacements: Readonly<Record<string, string>> = {}): string {
  const named = Object.entries(replacements).reduce((all, [from, to]) => all.replaceAll(from, to), text);
  return named
    .replace(/\bt\d+-\d+\b/g, 'shop')
    .replace(/\bv1-[0-9a-f]{64}\b/g, 'v1-HASH')
    .replace(/\bv1-[0-9a-f]{12}\b/g, 'v1-000000000000')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UID')
    .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\b/g, 'TIME');
}

/** Compares output with a golden file: `npx vitest run --update FILE` writes it anew. Look at what it writes. */
export const expectGolden = (text: string, name: string): Promise<void> =>
  expect(text).toMatchFileSnapshot(`../kubectl/golden/${name}`);
