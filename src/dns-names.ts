// At the top, since annotations and the command line have it in common, and config points at rooms.

/** Is it a DNS subdomain (RFC 1123), as most objects are named: `app`, `app.example.com`? */
export const isDnsSubdomain = (text: string): boolean =>
  text.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(text);

/** Is it a DNS label (RFC 1123), as namespaces are named? */
export const isDnsLabel = (text: string): boolean =>
  text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text);
