// This file stands at the top because annotations and the
// command line share it, and no room may import `config/`.

/** Whether a text is a DNS subdomain (RFC 1123), as most names of objects are: `app`, `app.example.com`. */
export const isDnsSubdomain = (text: string): boolean =>
  text.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(text);

/** Whether a text is a DNS label (RFC 1123), as names of namespaces are. */
export const isDnsLabel = (text: string): boolean =>
  text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text);
