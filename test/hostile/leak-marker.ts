import { createHash } from 'node:crypto';

/** Every value of a Secret in these tests begins with this text. Nothing else holds it. */
const MARKER = 'zqXvLeakMarker7';

/** Base64 of a text that begins with the marker begins with this: whole groups of three bytes. */
const IN_BASE64 = Buffer.from(MARKER).toString('base64');

/** A value of a Secret. */
export const secretText = (about: string): string =>
  `${MARKER}-${createHash('sha256').update(about).digest('hex').slice(0, 12)}`;

/** Whether a text holds a value of a Secret, as it is or in base64. */
export const isLeak = (text: string): boolean => text.includes(MARKER) || text.includes(IN_BASE64);
