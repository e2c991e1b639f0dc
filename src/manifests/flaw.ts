import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ManifestObject } from './objects.ts';

/** Base64 as Go decodes it, without its line breaks. Bits of the last character that are not used do not count. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Whether the API server takes this text as bytes. Node's own decoder skips what it does not know. */
export const isBase64 = (text: string): boolean => BASE64.test(text.replaceAll(/[\r\n]/g, ''));

/** SOPS adds this field to what it encrypts. Its values are texts, and differ each time. */
const isEncrypted = Compile(Type.Object({ sops: Type.Object({}) }));

/**
 * Why a ConfigMap or Secret does not hold what a cluster gets, with the place and what to do. A digest would be of
 * something else, and could even stay the same when the content changes.
 * @param bytes its values that are bytes, by key
 */
export function flawOf(
  { document, path, kind, value }: ManifestObject,
  bytes: Readonly<Record<string, string>>,
): string | undefined {
  if (isEncrypted.Check(value)) return `${document.place(path)} is encrypted by SOPS; decrypt it first`;
  const key = Object.keys(bytes).find((each) => !isBase64(bytes[each] ?? ''));
  if (key === undefined) return undefined;
  const field = kind === 'Secret' ? 'data' : 'binaryData';
  const place = document.place([...path, field, key]);
  return `${place}: ${field} is not base64; decrypt it, or fill in its placeholder first`;
}
