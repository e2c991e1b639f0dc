import type { SourceContent } from '../../digest/source.ts';

/** How a key of a source differs: between the start of the pods and now. */
export interface KeyChange {
  readonly key: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Sizes in bytes. Absent: the key was, or is, not there. */
  readonly bytesBefore?: number;
  readonly bytesNow?: number;
}

/** A value of a ConfigMap. */
export interface Value {
  readonly bytes: number;
  /** Undefined: it is binary. */
  readonly text: string | undefined;
}

/** The values of a content by key. */
export function valuesOf({
  data,
  binaryData,
}: SourceContent): ReadonlyMap<string, Value & { readonly raw: string }> {
  return new Map<string, Value & { readonly raw: string }>([
    ...Object.entries(data).map(
      ([key, text]) => [key, { bytes: Buffer.byteLength(text), text, raw: `t${text}` }] as const,
    ),
    ...Object.entries(binaryData).map(
      ([key, base64]) =>
        [key, { bytes: Buffer.byteLength(base64, 'base64'), text: undefined, raw: `b${base64}` }] as const,
    ),
  ]);
}

/** The keys that differ, in order. */
export function keyChanges(before: SourceContent, now: SourceContent): KeyChange[] {
  const [old, present] = [valuesOf(before), valuesOf(now)];
  return [...new Set([...old.keys(), ...present.keys()])].sort().flatMap((key): KeyChange[] => {
    const [was, is] = [old.get(key), present.get(key)];
    if (was?.raw === is?.raw) return [];
    const change = !was ? 'added' : !is ? 'removed' : 'changed';
    return [{ key, change, ...(was && { bytesBefore: was.bytes }), ...(is && { bytesNow: is.bytes }) }];
  });
}
