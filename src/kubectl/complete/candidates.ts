import type { OptionRecord, OptionTable } from '../../config/option.ts';
import { SOURCE_KINDS, type SourceKind } from '../../references/sources.ts';
import { WORKLOAD_KINDS, type WorkloadKinds } from '../../workloads/kinds.ts';
import type { WorkloadKind } from '../../workloads/workload.ts';
import type { CommandInfo } from '../command.ts';
import { wordsOfSource } from '../source-args.ts';
import { wordsOf } from '../workload-args.ts';
import type { Line } from './line.ts';

/** A word that may stand there, with a line about it. */
export interface Candidate {
  readonly word: string;
  readonly about?: string;
}

/** What only a cluster, or a kubeconfig, can say. */
export type Asked =
  | { readonly kind: 'namespaces' | 'contexts' | 'clusters' | 'users' }
  | { readonly kind: 'workloads'; readonly of: WorkloadKind }
  | { readonly kind: 'sources'; readonly of: SourceKind };

/** What may stand in the place of the last word. */
export interface Offer {
  readonly candidates: readonly Candidate[];
  /** Names to look up: each is a candidate after `prefix`. */
  readonly asked?: Asked;
  /** What the shell replaces too, so it stands before each candidate: `deploy/`, `--namespace=`. */
  readonly prefix?: string;
  /** The shell offers files. */
  readonly files?: boolean;
}

const NONE: Offer = { candidates: [] };

/** Flags of the connection whose values a cluster or a kubeconfig knows. */
const ASKED_OF_FLAG: Readonly<Record<string, Asked>> = {
  '--namespace': { kind: 'namespaces' },
  '--lockstep-namespace': { kind: 'namespaces' },
  '--context': { kind: 'contexts' },
  '--cluster': { kind: 'clusters' },
  '--user': { kind: 'users' },
};

const FILES = ['file', 'dir', 'folder'];

function valueOffer(flag: string, { value }: OptionRecord<unknown>, prefix: string): Offer {
  const asked = ASKED_OF_FLAG[flag];
  if (asked) return { candidates: [], asked, prefix };
  if (FILES.includes(value.valueName)) return { candidates: [], files: true };
  return { candidates: (value.words ?? []).map((word) => ({ word: `${prefix}${word}` })) };
}

const flagCandidates = (options: OptionTable): Candidate[] => [
  ...Object.entries(options).map(([word, { description }]) => ({ word, about: description })),
  { word: '--help', about: 'show help for the command' },
];

/** The word for a kind that begins as the person does: `deployment`, `sts`. */
const beginning = (words: readonly string[], typed: string): string[] =>
  words.filter((word) => word.startsWith(typed.toLowerCase())).slice(0, 1);

interface Named<T> {
  readonly kind: T;
  readonly words: readonly string[];
}

/** TYPE/NAME, or the NAME after a TYPE. */
function objectOffer<T>(
  kinds: readonly Named<T>[],
  args: readonly string[],
  word: string,
  askedOf: (kind: T) => Asked,
): Offer {
  const kindOf = (typed: string) => kinds.find(({ words }) => words.includes(typed.toLowerCase()))?.kind;
  const [first] = args;
  const slash = word.indexOf('/');
  const byType = first !== undefined && !first.includes('/');
  const typed = byType ? first : slash < 0 ? undefined : word.slice(0, slash);
  if (typed !== undefined) {
    const kind = kindOf(typed);
    return kind === undefined
      ? NONE
      : { candidates: [], asked: askedOf(kind), prefix: byType ? '' : `${typed}/` };
  }
  const types = kinds.flatMap(({ words }) => beginning(words, word));
  return { candidates: types.map((type) => ({ word: `${type}/` })) };
}

/** Singular before plural, as the output has it. */
const singularFirst = (kind: WorkloadKind): readonly string[] => [
  ...new Set([kind.singular, ...wordsOf(kind)]),
];

function argumentOffer(
  { completes }: CommandInfo,
  args: readonly string[],
  word: string,
  kinds: WorkloadKinds,
): Offer {
  switch (completes) {
    case 'nothing':
      return NONE;
    case 'workloads': {
      const named = kinds.map((kind) => ({ kind, words: singularFirst(kind) }));
      return objectOffer(named, args, word, (of) => ({ kind: 'workloads', of }));
    }
    case 'sources': {
      const named = SOURCE_KINDS.map((kind) => ({ kind, words: wordsOfSource(kind) }));
      return objectOffer(named, args, word, (of) => ({ kind: 'sources', of }));
    }
    default:
      return { candidates: completes.map((each) => ({ word: each })) };
  }
}

/** What may stand in the place of the last word, as far as the tables say it. */
export function offerOf({ place, word }: Line, commands: readonly CommandInfo[]): Offer {
  switch (place.kind) {
    case 'command':
      return {
        candidates: [
          ...commands.map(({ name, summary }) => ({ word: name, about: summary })),
          { word: 'help', about: 'show help for a command' },
        ],
      };
    case 'flag':
      return { candidates: flagCandidates(place.options) };
    case 'value':
      return valueOffer(place.flag, place.record, place.before);
    case 'argument':
      return argumentOffer(place.info, place.args, word, WORKLOAD_KINDS);
  }
}
