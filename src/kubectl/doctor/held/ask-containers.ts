import { messageOf } from '../../../errors.ts';
import { mapFew } from '../../../in-step/map-few.ts';
import type { Session } from '../../session.ts';
import { environmentOf, type Seal } from './environment.ts';
import { type ExecPod, type Running, runningIn } from './exec-pod.ts';
import type { Given } from './given.ts';
import { type Look, lookOf, type Why, whyNotFirst } from './why.ts';

/** What a container holds of a key. A value is sealed at once with a key that lives as long as the command. */
export type Held =
  | { readonly kind: 'sealed'; readonly seal: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown'; readonly why: Why };

export interface Observation {
  readonly pod: string;
  readonly container: string;
  /** RFC 3339 */
  readonly startedAt: string | undefined;
  readonly given: Given;
  readonly held: Held;
}

/** How many programs run at once, how long one may take, and how much it may print: a source may hold 1 MiB. */
const AT_ONCE = 4;
const TIMEOUT_MS = 10_000;
const MOST_BYTES = 2 * 1024 * 1024;
/** Each file is a program of its own. */
const MOST_FILES = 50;

const ENVIRON = '/proc/1/environ';

const CHANGED: Why = {
  text: 'its process has changed its own environment',
  whole: false,
  debug: false,
};

/** What a person asks the containers for. */
export interface Asking {
  readonly namespace: string;
  readonly pods: readonly ExecPod[];
  /** What a container of a pod is given, as far as it is compared. */
  readonly givenTo: (pod: ExecPod, running: Running) => readonly Given[];
  readonly seal: Seal;
}

/** Thrown within this file only. */
const FORBIDDEN = Symbol('forbidden');

type Cat = (path: string) => Promise<Exclude<Look, { kind: 'forbidden' }>>;

/** `cat` in a container. Once nothing can be run there, nothing more is. */
function catIn(session: Session, namespace: string, pod: string, container: string): Cat {
  let never: Look | undefined;
  const look = async (path: string): Promise<Look> => {
    const signal = AbortSignal.any([session.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const command = ['cat', path];
    try {
      return lookOf(
        await session.pods.exec({ namespace, pod, container, command, mostBytes: MOST_BYTES, signal }),
      );
    } catch (error) {
      session.signal.throwIfAborted();
      return { kind: 'unknown', why: { text: messageOf(error), whole: true, debug: false } };
    }
  };
  return async (path) => {
    const found = never ?? (await look(path));
    if (found.kind === 'forbidden') throw FORBIDDEN;
    if (found.kind === 'unknown' && found.why.whole) never = found;
    return found;
  };
}

/** What a container holds as variables, each by its name. */
async function askEnv(
  { spec }: ExecPod,
  cat: Cat,
  seal: Seal,
): Promise<(given: Given, name: string) => Held> {
  const why = whyNotFirst(spec);
  if (why) return () => ({ kind: 'unknown', why });
  const look = await cat(ENVIRON);
  if (look.kind === 'unknown') return () => look;
  const variables = look.kind === 'read' ? environmentOf(look.bytes, seal) : undefined;
  return ({ required }, name) => {
    const sealed = variables?.get(name);
    if (sealed !== undefined) return { kind: 'sealed', seal: sealed };
    // Without a key that it requires, the container would not have started.
    return variables && !required ? { kind: 'absent' } : { kind: 'unknown', why: CHANGED };
  };
}

async function askFile(path: string, cat: Cat, seal: Seal): Promise<Held> {
  const look = await cat(path);
  return look.kind === 'read' ? { kind: 'sealed', seal: seal(look.bytes) } : look;
}

async function askContainer(
  session: Session,
  { namespace, givenTo, seal }: Asking,
  pod: ExecPod,
  running: Running,
): Promise<Observation[]> {
  const given = givenTo(pod, running);
  const { name } = running.container;
  const cat = catIn(session, namespace, pod.metadata.name, name);
  const hasEnv = given.some(({ place }) => place.kind === 'env');
  const env = hasEnv ? await askEnv(pod, cat, seal) : undefined;
  const observations: Observation[] = [];
  let files = 0;
  for (const each of given) {
    const { place } = each;
    if (place.kind === 'file') files += 1;
    if (files > MOST_FILES) continue;
    const held = place.kind === 'file' ? await askFile(place.path, cat, seal) : env?.(each, place.name);
    const at = { pod: pod.metadata.name, container: name, startedAt: running.startedAt };
    if (held) observations.push({ ...at, given: each, held });
  }
  return observations;
}

/**
 * Asks running containers for what they hold. It reads the environment of their first process, and files.
 * @returns `forbidden`: the person may not run programs in these containers
 */
export async function askContainers(
  session: Session,
  asking: Asking,
): Promise<readonly Observation[] | 'forbidden'> {
  const containers = asking.pods.flatMap((pod) => runningIn(pod).map((running) => ({ pod, running })));
  const ask = ({ pod, running }: (typeof containers)[number]) => askContainer(session, asking, pod, running);
  try {
    return (await mapFew(containers, session.signal, ask, AT_ONCE)).flat();
  } catch (error) {
    if (error === FORBIDDEN) return 'forbidden';
    throw error;
  }
}
