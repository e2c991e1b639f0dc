import fc from 'fast-check';

/**
 * JSON in replaceable parts. An object is a list of fields, so that a key can occur twice. Anything other
 * than an object or an array is text, which need not be JSON.
 */
type Node =
  | { readonly text: string }
  | { readonly items: readonly Node[] }
  | { readonly fields: readonly Field[] };
type Field = readonly [key: string, value: Node];

function toNode(value: unknown): Node {
  if (Array.isArray(value)) return { items: value.map(toNode) };
  if (typeof value !== 'object' || value === null) return { text: JSON.stringify(value) };
  return { fields: Object.entries(value).map(([key, inner]) => [key, toNode(inner)]) };
}

function write(node: Node): string {
  if ('text' in node) return node.text;
  if ('items' in node) return `[${node.items.map(write).join(',')}]`;
  return `{${node.fields.map(([key, inner]) => `${JSON.stringify(key)}:${write(inner)}`).join(',')}}`;
}

const NASTY_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'length',
  '',
  '\ud800',
  '0',
  'uid',
  'metadata',
  'value',
];
const nested = (levels: number) => `${'[{"a":'.repeat(levels)}0${'}]'.repeat(levels)}`;

/** What may replace a field, as text. */
const replacement = fc.oneof(
  fc.constantFrom(
    'null',
    'true',
    '0',
    '-1',
    '1e400',
    '-0',
    '9223372036854775808',
    '1e308',
    '0.5',
    '""',
    '[]',
    '{}',
  ),
  fc.constantFrom(
    '"\\ud800"',
    '"\\u0000"',
    '"../.."',
    '"constructor"',
    '"__proto__"',
    '{"__proto__":{"a":1}}',
    'NaN',
    'undefined',
    "'a'",
    '',
  ),
  fc.constantFrom(
    '"v1-0123456789abcdef"',
    '"{\\"__proto__\\":\\"absent\\",\\"constructor\\":\\"absent\\"}"',
    '"disabled"',
    '"\\u202e"',
  ),
  fc.constantFrom(nested(100), nested(240), nested(251), nested(5000), '['.repeat(9000)),
  fc.integer({ min: 1, max: 200_000 }).map((length) => `"${'x'.repeat(length)}"`),
  fc.json({ maxDepth: 3 }),
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
);

/** A change of one part: it becomes these. */
type Step = (node: Node) => readonly Node[];

function extended(node: Node, key: string, value: Node): Node {
  if ('items' in node) return { items: [...node.items, value] };
  return 'fields' in node ? { fields: [...node.fields, [key, value]] } : node;
}

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom<Step>(
    () => [],
    (node) => [node, node],
    (node) => [{ items: [node] }],
  ),
  replacement.map<Step>((text) => () => [{ text }]),
  fc.tuple(fc.constantFrom(...NASTY_KEYS), replacement).map<Step>(([key, text]) => (node) => [
    extended(node, key, { text }),
  ]),
);

/** Applies the step to the part that the choices lead to. The choices end if they name no child. */
function mutate(node: Node, choices: readonly number[], change: Step): readonly Node[] {
  const [choice, ...further] = choices;
  if (choice === undefined || 'text' in node) return change(node);
  const inside = (inner: Node) => mutate(inner, further, change);
  if ('items' in node) {
    const at = choice % (node.items.length + 1);
    if (at === node.items.length) return change(node);
    return [{ items: node.items.flatMap((inner, i) => (i === at ? inside(inner) : [inner])) }];
  }
  const at = choice % (node.fields.length + 1);
  if (at === node.fields.length) return change(node);
  const changed = ([key, inner]: Field) => inside(inner).map((one): Field => [key, one]);
  return [{ fields: node.fields.flatMap((field, i) => (i === at ? changed(field) : [field])) }];
}

/** A valid document with up to four changed parts, as text. */
export function mutatedText(documents: readonly object[]): fc.Arbitrary<string> {
  const change = fc.tuple(fc.array(fc.nat(20), { maxLength: 9 }), step);
  return fc
    .tuple(fc.constantFrom(...documents), fc.array(change, { maxLength: 4 }))
    .map(([document, changes]) =>
      changes
        .reduce<readonly Node[]>(
          (nodes, [at, how]) => nodes.flatMap((node) => mutate(node, at, how)),
          [toNode(document)],
        )
        .map(write)
        .join(''),
    );
}

/** The bytes with a few of them changed, dropped, repeated or cut off. Some have another encoding. */
export function mutatedBytes(bytes: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  const splice = fc.record({
    at: fc.nat(),
    dropped: fc.nat(20),
    inserted: fc.oneof(
      fc.uint8Array({ maxLength: 8 }),
      fc
        .constantFrom('"', '\\', '{', '}', ',', '\r\n', '\0', '\xff')
        .map((text) => Buffer.from(text, 'latin1')),
    ),
  });
  return fc.tuple(bytes, fc.array(splice, { maxLength: 3 })).map(([whole, splices]) =>
    splices.reduce((held, { at, dropped, inserted }) => {
      const start = at % (held.length + 1);
      return Buffer.concat([held.subarray(0, start), inserted, held.subarray(start + dropped)]);
    }, whole),
  );
}

/** Text as bytes, mostly UTF-8. */
export function encoded(text: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const encoding = fc.oneof(
    { weight: 20, arbitrary: fc.constant<BufferEncoding>('utf8') },
    { weight: 1, arbitrary: fc.constantFrom<BufferEncoding>('latin1', 'utf16le', 'base64') },
  );
  return fc.tuple(text, encoding).map(([plain, how]) => Buffer.from(plain, how));
}
