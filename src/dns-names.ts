// This file stands at the top because annotations, reviews and
// the command line share it, and no room may import `config/`.

/** Whether a text is a DNS subdomain (RFC 1123), as most names of objects are: `app`, `app.example.com`. */
export const isDnsSubdomain = (text: string): boolean =>
  text.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(text);

/** The pattern of a DNS label (RFC 1123), as names of namespaces are. */
export const DNS_LABEL = '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$';
const dnsLabel = new RegExp(DNS_LABEL);

/** Whether a text is a DNS label. */
export const isDnsLabel = (text: string): boolean => dnsLabel.test(text);
