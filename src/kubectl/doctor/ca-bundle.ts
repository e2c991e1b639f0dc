import { X509Certificate } from 'node:crypto';
import { type Finding, ok, problem, warning } from './finding.ts';

/** A certificate authority whose end is nearer than this is a warning. */
const NEAR_MS = 7 * 24 * 3600 * 1000;

/** Whether the API server can trust lockstep by this authority. */
export function caFinding(name: string, bundle: string | null | undefined, nowMs: number): Finding {
  const check = `${name}: its caBundle is good`;
  if (!bundle)
    return problem(
      check,
      'it is empty, so the API server trusts no certificate of lockstep',
      'see docs/operations.md, Certificates',
    );
  const pems = Buffer.from(bundle, 'base64')
    .toString('utf8')
    .match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs);
  try {
    const ends = (pems ?? []).map((pem) => Date.parse(new X509Certificate(pem).validTo));
    const last = Math.max(...ends);
    if (ends.length === 0)
      return problem(check, 'it holds no certificate', 'see docs/operations.md, Certificates');
    const until = new Date(last).toISOString();
    if (last < nowMs) return problem(check, `it ended at ${until}`, 'see docs/operations.md, Certificates');
    return last - nowMs < NEAR_MS
      ? warning(check, `it ends soon, at ${until}`)
      : ok(check, `good until ${until}`);
  } catch {
    return problem(check, 'it is no PEM certificate', 'see docs/operations.md, Certificates');
  }
}
