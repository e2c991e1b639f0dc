import { Compile } from 'typebox/compile';
import { PodTemplate } from './pod-template.ts';

/**
 * The Rollouts controller writes whole Rollouts back, as its own types print them. So it drops what they leave out
 * if it is empty, and prints quantities in one way: `0.5` becomes `500m`, `1024Mi` becomes `1Gi`. A client-side
 * apply then writes the user's text again. Neither is a change.
 */

/** Fields whose types cannot tell false or 0 from nothing (k8s.io/api core/v1: no pointer, and `omitempty`). */
const ZERO_IS_NOTHING: ReadonlySet<string> = new Set([
  ...['hostNetwork', 'hostPID', 'hostIPC', 'stdin', 'stdinOnce', 'tty', 'readOnly', 'hostPort'],
  ...['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'],
]);

/** Fields in which something empty says something else than nothing. */
const EMPTY_SAYS_SOMETHING: ReadonlySet<string> = new Set([
  ...['namespaceSelector', 'labelSelector', 'storageClassName'],
]);

/** Maps whose values are quantities, and fields that are one. */
const QUANTITIES: ReadonlySet<string> = new Set(['limits', 'requests', 'overhead']);
const QUANTITY: ReadonlySet<string> = new Set(['sizeLimit', 'divisor']);

/** Maps of the user's own keys and texts. */
const TEXTS: ReadonlySet<string> = new Set(['annotations', 'labels', 'nodeSelector', 'matchLabels']);

const SUFFIXES: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};
const QUANTITY_TEXT = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([numkMGTPE]|[KMGTPE]i)?$/;

/** The amount of a quantity, as text. What is none stays as it is. */
function settledQuantity(value: unknown): unknown {
  const [, digits, suffix] = QUANTITY_TEXT.exec(String(value)) ?? [];
  if (digits === undefined) return value;
  // Twelve digits: enough for bytes of a terabyte, and few enough for what floating point leaves.
  return (Number(digits) * (suffix === undefined ? 1 : (SUFFIXES[suffix] ?? 1))).toPrecision(12);
}

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0);

const isNothing = (key: string, value: unknown): boolean =>
  (isEmpty(value) && !EMPTY_SAYS_SOMETHING.has(key)) ||
  ((value === false || value === 0) && ZERO_IS_NOTHING.has(key));

function settledField(key: string, value: unknown): unknown {
  if (TEXTS.has(key)) return value;
  if (QUANTITY.has(key)) return settledQuantity(value);
  if (QUANTITIES.has(key) && typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, settledQuantity(each)]));
  return settled(value);
}

/** A copy of plain data without what says nothing, and with each quantity in one form. */
export function settled(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(settled);
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).flatMap(([key, value]) => {
      const its = settledField(key, value);
      return isNothing(key, its) ? [] : [[key, its]];
    }),
  );
}

const isTemplate = Compile(PodTemplate);

/** The template as it is after the Rollouts controller has written it, with its annotations as they are. */
export function settledTemplate(template: PodTemplate): PodTemplate {
  const text = settled(template);
  return isTemplate.Check(text) ? text : template;
}

/**
 * Whether plain data has all that a part of it has. The API server adds defaults to a template, and a controller adds
 * an affinity, labels and annotations.
 */
export function hasAllOf(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part))
    return (
      Array.isArray(whole) &&
      whole.length === part.length &&
      part.every((each, i) => hasAllOf(whole[i], each))
    );
  if (typeof part !== 'object' || part === null) return part === whole;
  if (typeof whole !== 'object' || whole === null) return false;
  return Object.entries(part).every(([key, value]) => hasAllOf(Reflect.get(whole, key), value));
}
