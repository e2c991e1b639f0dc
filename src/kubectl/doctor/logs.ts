import { stripVTControlCharacters } from 'node:util';
import { messageOf } from '../../errors.ts';
import { mapFew } from '../../in-step/map-few.ts';
import { printable } from '../printing/table.ts';
import type { Session } from '../session.ts';
import { type Finding, info, unknown } from './finding.ts';
import { containersOf, isReady, type SeenContainer, type SeenPod } from './pods.ts';

/** Lines of a container, characters of a line, bytes of a log, and containers that are asked. */
const LINES = 10;
const LINE_LENGTH = 300;
const MOST_BYTES = 64 * 1024;
const MOST_CONTAINERS = 5;
const AT_ONCE = 3;
const TIMEOUT_MS = 10_000;

/** A container whose log may say what is wrong, and which of its instances. */
interface Troubled {
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
}

/** An init container that has done its work is not ready either. */
const isTroubled = ({ ready, state, lastState }: SeenContainer): boolean => {
  if (state?.terminated) return state.terminated.exitCode !== 0;
  return Boolean(lastState?.terminated) || (Boolean(state?.running) && ready === false);
};

/** The containers that crash or are not ready. Of one that was started again, the instance before tells why. */
export function troubledIn(pods: readonly SeenPod[]): readonly Troubled[] {
  return pods
    .filter((pod) => !pod.metadata.deletionTimestamp && !isReady(pod))
    .flatMap((pod) =>
      containersOf(pod)
        .filter(isTroubled)
        .map(({ name, state, lastState }) => ({
          pod: pod.metadata.name,
          container: name,
          previous: Boolean(lastState?.terminated) && !state?.terminated,
        })),
    );
}

/** The last lines of a log, without anything that could control a terminal. */
export function cleanLines(text: string): readonly string[] {
  const lines = text.replace(/\n$/, '').split('\n').slice(-LINES);
  return lines
    .map((line) => printable(stripVTControlCharacters(line.replace(/\r$/, '')).replaceAll('\t', '    ')))
    .map((line) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}…` : line));
}

async function logFinding(
  session: Session,
  namespace: string,
  { pod, container, previous }: Troubled,
): Promise<Finding> {
  const check = `log of pod/${pod}, container ${container}${previous ? ', its previous instance' : ''}`;
  const signal = AbortSignal.any([session.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const request = { namespace, pod, container, previous, lines: LINES, mostBytes: MOST_BYTES, signal };
  try {
    const answer = await session.pods.logs(request);
    if (answer.kind === 'refused')
      return unknown(
        check,
        answer.status === 403
          ? 'you may not read it: that takes the right get on pods/log'
          : `the API server answered ${answer.status}`,
      );
    const lines = answer.text === '' ? [] : cleanLines(answer.text);
    if (lines.length === 0) return info(check, 'it is empty');
    return { ...info(check, `its last ${lines.length === 1 ? 'line' : `${lines.length} lines`}`), lines };
  } catch (error) {
    session.signal.throwIfAborted();
    return unknown(check, messageOf(error));
  }
}

/** The last lines of containers that crash or are not ready. A log may hold secrets: only a person may ask for it. */
export async function logFindings(
  session: Session,
  namespace: string,
  pods: readonly SeenPod[] | undefined,
): Promise<readonly Finding[]> {
  const troubled = troubledIn(pods ?? []);
  const shown = troubled.slice(0, MOST_CONTAINERS);
  const found = await mapFew(shown, session.signal, (each) => logFinding(session, namespace, each), AT_ONCE);
  const left = troubled.length - shown.length;
  return left > 0 ? [...found, info('logs', `${left} more containers have some to look at`)] : found;
}
