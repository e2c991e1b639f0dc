import type { X509Certificate } from 'node:crypto';

/** Exactly the DNS names, and not the common name: that one is compared here. */
const EXACT_DNS_NAME = { subject: 'never', wildcards: false } as const;

/**
 * The common name of a certificate. One with several common names has none: parsers
 * differ on which of them counts, and the authority may have checked another one.
 */
function commonNameOf(certificate: X509Certificate): string | undefined {
  const name: unknown = certificate.toLegacyObject().subject.CN;
  return typeof name === 'string' ? name : undefined;
}

/**
 * Whether a client certificate has one of these names. If it has a common name, only that counts, exactly.
 * Kubernetes takes it for the name of a user, and people who approve a certificate look at it. DNS names count
 * for a certificate without any common name.
 * @param certificate its authority must have been checked
 */
export function hasNameOf(certificate: X509Certificate, names: readonly string[]): boolean {
  if (certificate.toLegacyObject().subject.CN !== undefined) {
    const commonName = commonNameOf(certificate);
    return commonName !== undefined && names.includes(commonName);
  }
  return names.some(
    (name) =>
      // OpenSSL would take a name that begins with a dot for all names that end like it.
      !name.startsWith('.') && certificate.checkHost(name, EXACT_DNS_NAME) !== undefined,
  );
}

/** The names of a client certificate, for a message. */
export function describeNames(certificate: X509Certificate): string {
  const alternatives = certificate.subjectAltName;
  const names = [commonNameOf(certificate) ?? 'no common name', ...(alternatives ? [alternatives] : [])];
  return names.join(', ');
}
