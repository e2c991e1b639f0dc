import { isDnsSubdomain } from '../dns-names.ts';
import type { WorkloadKinds } from '../workloads/kinds.ts';
import { WORKLOAD_KINDS } from '../workloads/kinds.ts';
import type { WorkloadKind } from '../workloads/workload.ts';
import { usageError } from './errors.ts';

/** kubectl's short names. */
const SHORT: Readonly<Record<string, readonly string[]>> = {
  deployments: ['deploy'],
  statefulsets: ['sts'],
  daemonsets: ['ds'],
  rollouts: ['ro'],
};

/** All words that mean a kind, in lower case. */
export function wordsOf({ resource, singular, group, version }: WorkloadKind): readonly string[] {
  const plain = [resource, singular, ...(SHORT[resource] ?? [])];
  return [
    ...plain,
    ...[resource, singular].flatMap((word) => [`${word}.${group}`, `${word}.${version}.${group}`]),
  ];
}

/**
 * The kind that a word means: `deploy`, `deployments.apps`.
 * @throws LockstepError USAGE
 */
export function kindOfWord(word: string, kinds: WorkloadKinds = WORKLOAD_KINDS): WorkloadKind {
  const found = kinds.find((kind) => wordsOf(kind).includes(word.toLowerCase()));
  if (found) return found;
  const choices = kinds.map(({ singular }) => singular).join(', ');
  throw usageError(`"${word}" is not a kind of workload that lockstep acts on. These are: ${choices}`);
}

/** A workload that the command line names. */
export interface NamedWorkload {
  readonly kind: WorkloadKind;
  readonly name: string;
}

/** What the arguments of a command name. */
export interface Named {
  /** Single workloads, in their order. */
  readonly workloads: readonly NamedWorkload[];
  /** Kinds of which all are meant. */
  readonly kinds: WorkloadKinds;
}

function namedWorkload(type: string, name: string, kinds: WorkloadKinds): NamedWorkload {
  const kind = kindOfWord(type, kinds);
  if (isDnsSubdomain(name)) return { kind, name };
  throw usageError(`"${name}" cannot be the name of a ${kind.singular}`);
}

/**
 * Reads `TYPE/NAME ...`, `TYPE NAME ...`, or `TYPE[,TYPE]`, as kubectl does.
 * @throws LockstepError USAGE
 */
export function namedBy(args: readonly string[], kinds: WorkloadKinds = WORKLOAD_KINDS): Named {
  const [first, ...others] = args;
  if (first === undefined) return { workloads: [], kinds: [] };
  if (first.includes('/')) {
    const workloads = args.map((arg) => {
      const [type = '', name = '', ...more] = arg.split('/');
      if (more.length > 0 || name === '' || type === '')
        throw usageError(`"${arg}" is not TYPE/NAME, for example deployment/web`);
      return namedWorkload(type, name, kinds);
    });
    return { workloads, kinds: [] };
  }
  if (others.length === 0) {
    const words = first.split(',').filter((word) => word !== '');
    return { workloads: [], kinds: [...new Set(words.map((word) => kindOfWord(word, kinds)))] };
  }
  const mixed = others.find((name) => name.includes('/'));
  if (mixed !== undefined)
    throw usageError(`"${first}" and "${mixed}" are written in two ways: use TYPE/NAME for all`);
  return { workloads: others.map((name) => namedWorkload(first, name, kinds)), kinds: [] };
}

/**
 * Reads the one workload that a command is about.
 * @throws LockstepError USAGE
 */
export function oneWorkload(args: readonly string[], kinds: WorkloadKinds = WORKLOAD_KINDS): NamedWorkload {
  const { workloads } = namedBy(args, kinds);
  const [only, ...others] = workloads;
  if (only && others.length === 0) return only;
  throw usageError('name one workload as TYPE/NAME or TYPE NAME, for example deployment/web');
}
