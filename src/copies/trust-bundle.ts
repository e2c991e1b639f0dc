type Entries = Readonly<Record<string, string>> | null | undefined;

/**
 * Whether a program keeps a source filled with the CAs that clients trust now: trust-manager (its own label, with the
 * bundle's name), or OpenShift, which a label or an annotation asks for it.
 */
export function isTrustBundle({
  labels,
  annotations,
}: {
  readonly labels?: Entries;
  readonly annotations?: Entries;
}): boolean {
  return (
    labels?.['trust.cert-manager.io/bundle'] !== undefined ||
    labels?.['config.openshift.io/inject-trusted-cabundle'] === 'true' ||
    annotations?.['service.beta.openshift.io/inject-cabundle'] === 'true'
  );
}
