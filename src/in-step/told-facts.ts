import { CALL, CALLER, CHANGED, CONFIG_HASH } from '../marks/names.ts';
import { userName } from '../policy/caller-words.ts';
import { NAME_IN_LOG, truncate } from '../policy/wording.ts';
import { SOURCE_KINDS } from '../references/sources.ts';
import type { Told } from './told.ts';

/** The most sources that an Event names for programs. */
const MOST_SOURCES = 20;

const OBJECT_KINDS = { configmap: 'ConfigMap', secret: 'Secret' } as const;

/** The source as an object of the API. Undefined: its id names none. */
function objectOf(id: string | undefined, namespace: string) {
  const [word, name = ''] = id?.split('/') ?? [];
  const kind = SOURCE_KINDS.find((each) => each === word);
  return kind && { apiVersion: 'v1', kind: OBJECT_KINDS[kind], namespace, name };
}

/** The call that led to it. */
export interface ToldCall {
  readonly namespace: string;
  readonly operation: string;
  readonly user?: string | undefined;
  /** The new config hash of the workload. */
  readonly hash: string | undefined;
}

/**
 * What an Event says for programs: the source that it is about, and annotations. They have what the log and the audit
 * log have, too: names of users and sources, and the new hash. None has a value, or the name of a key.
 */
export function toldFacts({ what, sources }: Told, { namespace, operation, user, hash }: ToldCall) {
  const named = sources.slice(0, MOST_SOURCES).map((id) => truncate(id, NAME_IN_LOG));
  const facts: Record<string, string> = {
    [CALL]: operation,
    ...(user && { [CALLER]: userName(user) }),
    ...(named.length > 0 && { [CHANGED]: named.join(',') }),
    ...(what === 'rolled' && hash !== undefined && { [CONFIG_HASH]: hash }),
  };
  return { related: objectOf(sources[0], namespace), facts };
}
