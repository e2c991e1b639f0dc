/** Kubernetes writes bytes in JSON as base64. These bytes are text. */
export const fromBase64 = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');
export const toBase64 = (text: string): string => Buffer.from(text).toString('base64');
