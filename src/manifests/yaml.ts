import {
  type Document,
  type DocumentOptions,
  LineCounter,
  type ParseOptions,
  parseAllDocuments,
  type SchemaOptions,
} from 'yaml';
import { SCALARS } from './scalars.ts';

/** The library's errors and warnings quote the text around them, so both are switched off. */
const OPTIONS: ParseOptions & DocumentOptions & SchemaOptions = {
  schema: 'failsafe',
  customTags: [...SCALARS],
  // go-yaml reads sets, ordered maps and timestamps as plain maps, lists and texts.
  resolveKnownTags: false,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'error',
};

/** All documents in this text, as kubectl reads it. The `errors` of a document say what is wrong with it. */
export function parseYaml(text: string, lineCounter = new LineCounter()): Document.Parsed[] {
  // Without a document the library returns an empty list with extra fields; callers get a plain array.
  return [...parseAllDocuments(text, { ...OPTIONS, lineCounter })];
}

/** The one document in this text; undefined if there is not exactly one, or if it is not well-formed. */
export function oneDocument(text: string): Document.Parsed | undefined {
  const [document, ...others] = parseYaml(text);
  return document && others.length === 0 && document.errors.length === 0 ? document : undefined;
}
