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
 * kubectl reads YAML 1.1 booleans (go-yaml v2): an unquoted `yes` is none of the strings that a ConfigMap
 * may hold, and `optional: on` is true.
 */
const oldBoolean: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:yes|Yes|YES|on|On|ON|no|No|NO|off|Off|OFF)$/,
  resolve: (text) => /^(?:yes|on)$/i.test(text),
};

/**
 * Messages of the library quote the text around an error, and so would its warnings: both are switched off.
 */
const OPTIONS: ParseOptions & DocumentOptions & SchemaOptions = {
  merge: true,
  prettyErrors: false,
  logLevel: 'error',
  customTags: [oldBoolean],
};

/** All documents in this text, as kubectl reads it; what is wrong with one is in its `errors`. */
export function parseYaml(text: string, lineCounter = new LineCounter()): Document.Parsed[] {
  // Without a document the library answers with an empty list that carries more fields: a plain one will do.
  return [...parseAllDocuments(text, { ...OPTIONS, lineCounter })];
}

/** The one document in this text, or undefined: not one, or not well-formed. */
export function oneDocument(text: string): Document.Parsed | undefined {
  const [document, ...others] = parseYaml(text);
  return document && others.length === 0 && document.errors.length === 0 ? document : undefined;
}
