import { type SourceRef, sourceId } from '../../../references/sources.ts';
import type { Found } from '../../explain/found.ts';
import type { KnownKeys } from './given.ts';

/** The keys of a source as it was found. Undefined: it is a Secret, or the person may not read it. */
export function foundKeys(found: ReadonlyMap<string, Found>, source: SourceRef): KnownKeys | undefined {
  const seen = found.get(sourceId(source));
  if (seen?.kind !== 'configmap') return undefined;
  const { data = {}, binaryData = {} } = seen.source?.content ?? {};
  const env = Object.keys(data).sort();
  return { env, files: [...new Set([...env, ...Object.keys(binaryData)])].sort() };
}
