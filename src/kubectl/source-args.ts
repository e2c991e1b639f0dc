import { isDnsSubdomain } from '../dns-names.ts';
import { SOURCE_KINDS, type SourceKind, type SourceRef, sourceId } from '../references/sources.ts';
import { usageError } from './errors.ts';

/** kubectl's words for the kinds of source. */
const WORDS: Readonly<Record<SourceKind, readonly string[]>> = {
  configmap: ['configmap', 'configmaps', 'cm'],
  secret: ['secret', 'secrets'],
};

/** All words that mean a kind of source. */
export const wordsOfSource = (kind: SourceKind): readonly string[] => WORDS[kind];

function kindOfWord(word: string): SourceKind {
  const found = SOURCE_KINDS.find((kind) => WORDS[kind].includes(word.toLowerCase()));
  if (found) return found;
  throw usageError(`"${word}" is neither a ConfigMap nor a Secret: write configmap/NAME or secret/NAME`);
}

function sourceOf(type: string, name: string): SourceRef {
  const kind = kindOfWord(type);
  if (isDnsSubdomain(name)) return { kind, name };
  throw usageError(`"${name}" cannot be the name of a ${kind}`);
}

/**
 * Reads `TYPE/NAME ...` or `TYPE NAME ...`, as kubectl does. Each source is named once.
 * @throws LockstepError USAGE
 */
export function sourcesNamedBy(args: readonly string[]): readonly SourceRef[] {
  const [first, ...others] = args;
  if (first === undefined) return [];
  if (!first.includes('/') && others.length === 0)
    throw usageError(`"${first}" names no source: write TYPE/NAME, for example configmap/app`);
  const named = first.includes('/')
    ? args.map((arg) => {
        const [type = '', name = '', ...more] = arg.split('/');
        if (more.length > 0 || name === '' || type === '')
          throw usageError(`"${arg}" is not TYPE/NAME, for example configmap/app`);
        return sourceOf(type, name);
      })
    : others.map((name) => sourceOf(first, name));
  return [...new Map(named.map((each) => [sourceId(each), each])).values()];
}
