import type { SourceFile } from '../../manifests/documents.ts';
import { isChecksumName } from './checksums.ts';
import type { Finding, Origin } from './finding.ts';
import { annotationsOf } from './peer-names.ts';

/** A key of a map, as in `  checksum/config: {{ ... }}` or in `{a: 1, b: 2}`. */
const KEY = /(?<![-\w./])["']?([a-zA-Z][-\w./]*)["']?\s*:(?=\s|$)/g;
/** A comment of YAML. Helm has its own in braces. */
const COMMENT = /(?:^|\s)#.*$/;
const SUMS = /\|\s*(?:sha1sum|sha256sum|sha512sum|adler32sum)\b/;
/** The file of the chart that a checksum is of. */
const FILE = /["']([^"']*\/?[-\w.]+\.(?:ya?ml|tpl|json))["']/;

/** Whether this text is a template of Helm's, as far as can be seen. */
export const isTemplated = (text: string): boolean => text.includes('{{');

/** Values of a chart and patches of kustomize hold no objects, either. */
const FILLED = 'build the manifests (helm template, kustomize build), and run this command with -f - on them';

function messageFor(origin: Origin, value: string): string {
  if (origin !== 'checksum') return `this line is changed by hand. To see what to write, ${FILLED}`;
  const file = FILE.exec(value)?.[1];
  const of = file === undefined ? 'it does not name the file that it is of' : `it is of ${file}`;
  return `${of}. To see whether lockstep rolls for it, ${FILLED}. If so, remove the line with the next release`;
}

const isMeant = (origin: Origin, name: string, value: string): boolean =>
  origin === 'checksum' ? isChecksumName(name) || SUMS.test(value) : annotationsOf(origin, [name]).length > 0;

/** The annotations in a text that is no list of Kubernetes objects: a template of Helm's, or values of a chart. */
export function lineFindings(
  origin: Origin,
  { name: file, text }: SourceFile,
  firstLine = 1,
): readonly Finding[] {
  return text.split(/\r?\n/).flatMap((line, i) =>
    [...line.replace(COMMENT, '').matchAll(KEY)].flatMap(({ 0: key, 1: what = '', index }): Finding[] => {
      const value = line.slice(index + key.length);
      if (!isMeant(origin, what, value)) return [];
      const place = `${file}:${firstLine + i}:${index + 1}`;
      return [{ what, on: 'Text', state: 'Keep', message: messageFor(origin, value), place }];
    }),
  );
}
