import type { ExecAnswer } from '../../../api/pod-exec.ts';
import type { ExecPod } from './exec-pod.ts';

/** Why nobody knows what a container holds. */
export interface Why {
  readonly text: string;
  /** It is so for all that the container holds. */
  readonly whole: boolean;
  /** An ephemeral container can look instead. */
  readonly debug: boolean;
}

/** What a program in the container has read, or why it could not. */
export type Look =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'absent' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'unknown'; readonly why: Why };

const unknownLook = (text: string, { whole = true, debug = false } = {}): Look => ({
  kind: 'unknown',
  why: { text, whole, debug },
});

/** The exit codes of a shell or a runtime for a program that is not there, or may not run. */
const NOT_STARTED = [126, 127];

const noCat = () => unknownLook('its image has no program cat', { debug: true });

/** A message of a container runtime, as one line. It holds no value. */
const brief = (text: string): string => text.split('\n', 1)[0]?.slice(0, 200) ?? '';

/** What an answer to `cat FILE` means. */
export function lookOf(answer: ExecAnswer): Look {
  switch (answer.kind) {
    case 'refused':
      if (answer.status === 403) return { kind: 'forbidden' };
      return unknownLook(
        answer.status === 404 ? 'it is gone meanwhile' : `the API server answered ${answer.status} to exec`,
      );
    case 'failed':
      return /executable file not found|no such file or directory/.test(answer.message)
        ? noCat()
        : unknownLook(`no program could be started in it: ${brief(answer.message)}`);
    case 'too-large':
      return unknownLook('it is longer than any source may be', { whole: false });
    case 'ended':
      return endedLook(answer);
    default:
      return answer satisfies never;
  }
}

function endedLook({ exitCode, stdout, stderr }: Extract<ExecAnswer, { kind: 'ended' }>): Look {
  if (exitCode === 0) return { kind: 'read', bytes: stdout };
  if (NOT_STARTED.includes(exitCode)) return noCat();
  if (/permission denied/i.test(stderr))
    return unknownLook('exec runs as a user who may not read it', { whole: false, debug: true });
  if (/no such file/i.test(stderr)) return { kind: 'absent' };
  return unknownLook(`cat ended with exit code ${exitCode}`, { whole: false });
}

/** Why process 1 tells nothing of the environment that a container was given. Undefined: it does. */
export function whyNotFirst({ shareProcessNamespace, hostPID, os }: ExecPod['spec']): Why | undefined {
  const why = (text: string): Why => ({ text, whole: false, debug: false });
  if (shareProcessNamespace)
    return why('its containers share their processes, so process 1 is the pause container');
  if (os?.name === 'windows') return why('it runs on Windows, which has no /proc');
  if (hostPID) return why('it sees the processes of the node, so process 1 is the node’s');
  return undefined;
}
