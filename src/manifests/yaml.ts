import {
  type Document,
  type DocumentOptions,
  LineCounter,
  type ParseOptions,
  parseAllDocuments,
  type ScalarTag,
  type SchemaOptions,
} from 'yaml';

/**
 * kubectl reads YAML 1.1 booleans (go-yaml v2). An unquoted `yes` is not
 * a string, so a ConfigMap may not hold it, and `optional: on` is true.
 */
const oldBoolean: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:yes|Yes|YES|on|On|ON|no|No|NO|off|Off|OFF)$/,
  resolve: (text) => /^(?:yes|on)$/i.test(text),
};

/** The library's errors and warnings quote the text around them, so both are switched off. */
const OPTIONS: ParseOptions & DocumentOptions & SchemaOptions = {
  merge: true,
  prettyErrors: false,
  logLevel: 'error',
  customTags: [oldBoolean],
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
