import { createHash } from 'node:crypto';
import { byCodeUnit } from '../references/usage.ts';

/** JSON with the keys of every object in order. Equal values give equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => byCodeUnit(a, b)));
  });
}

/**
 * A digest (16 hexadecimal digits) of a pod template. It ties a baseline or a hold to the template that it
 * was made for.
 */
export function templateDigest(template: unknown): string {
  return createHash('sha256').update(canonicalJson(template)).digest('hex').slice(0, 16);
}
