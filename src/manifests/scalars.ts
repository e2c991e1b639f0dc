import type { ScalarTag } from 'yaml';

/*
 * Plain scalars as kubectl reads them: by the rules of go-yaml v2 (`resolve.go`), which has most of YAML 1.1.
 * `test/kubectl-reader` compares them with that library.
 */

const tagOf = (name: string) => `tag:yaml.org,2002:${name}`;

const nothing: ScalarTag = {
  tag: tagOf('null'),
  default: true,
  test: /^(?:|~|null|Null|NULL)$/,
  resolve: () => null,
  stringify: ({ source }) => source ?? 'null',
};

const TRUE = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;

const boolean: ScalarTag = {
  tag: tagOf('bool'),
  default: true,
  test: new RegExp(`${TRUE.source}|${FALSE.source}`),
  identify: (value) => typeof value === 'boolean',
  resolve: (text) => TRUE.test(text),
  stringify: ({ source, value }) => source ?? String(value),
};

const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/;

/** An integer as Go's `strconv.ParseInt` reads it with base 0: a leading 0 means octal. */
export function integerOf(text: string): bigint | undefined {
  const [, sign, digits = ''] = INTEGER.exec(text.replaceAll('_', '')) ?? [];
  if (sign === undefined) return undefined;
  const size = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits);
  const value = sign === '-' ? -size : size;
  // An int64, or a uint64, which takes no sign.
  return BigInt.asIntN(64, value) === value || (sign === '' && BigInt.asUintN(64, value) === value)
    ? value
    : undefined;
}

const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const INFINITY = /^([-+]?)\.(?:inf|Inf|INF)$/;

/** A float as go-yaml reads it. */
function floatOf(text: string): number | undefined {
  const [, sign] = INFINITY.exec(text) ?? [];
  if (sign !== undefined) return sign === '-' ? -Infinity : Infinity;
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return Number.NaN;
  const plain = text.replaceAll('_', '');
  const value = FLOAT.test(plain) ? Number(plain) : undefined;
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

const resolveNumber = (text: string): unknown => {
  const integer = integerOf(text);
  return integer === undefined ? (floatOf(text) ?? text) : Number(integer);
};

/** What begins like a number. The rest of them are strings, times such as `22:22` and dates included. */
const number = (name: 'int' | 'float'): ScalarTag => ({
  tag: tagOf(name),
  default: true,
  test: /^[-+.\d]/,
  identify: (value) => typeof value === 'number',
  resolve: resolveNumber,
  stringify: ({ source, value }) => source ?? String(value),
});

/** go-yaml puts the bytes into a string. */
const binary: ScalarTag = {
  tag: tagOf('binary'),
  resolve: (text) => Buffer.from(text, 'base64').toString('utf8'),
};

export const SCALARS: readonly ScalarTag[] = [nothing, boolean, number('int'), number('float'), binary];

/** A float as go-yaml prints it into a key: `%g` of a float32, with the fewest digits that tell it. */
function floatKey(value: number): string {
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return Number.isNaN(single) ? '.nan' : single > 0 ? '.inf' : '-.inf';
  const texts = Array.from({ length: 9 }, (_, digits) => single.toExponential(digits));
  const shortest = texts.find((text) => Math.fround(Number(text)) === single) ?? single.toExponential();
  const [mantissa, exponent = '0'] = shortest.split('e');
  const size = Math.abs(Number(exponent));
  if (Number(exponent) >= -4 && Number(exponent) < 6) return String(Number(shortest));
  return `${mantissa}e${exponent.startsWith('-') ? '-' : '+'}${String(size).padStart(2, '0')}`;
}

/**
 * The text of a key that is not a string. Undefined: kubectl refuses it.
 * @param source the text in the file
 */
export function keyText(value: unknown, source: string | undefined): string | undefined {
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number') return undefined;
  const integer = source === undefined ? undefined : integerOf(source);
  if (integer === undefined) return floatKey(value);
  return BigInt.asIntN(64, integer) === integer ? String(integer) : undefined;
}
