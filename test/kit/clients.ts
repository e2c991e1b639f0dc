import { type Authority, createAuthority } from '../../certs/issue.ts';
import type { KeyPair } from '../../src/certificates/key-pair.ts';
import { issue, makeAuthority } from '../../src/certificates/x509.ts';

const HOUR = 3_600_000;

/** An authority of client certificates. */
export const clientAuthority = (): Promise<Authority> => createAuthority(new Date(Date.now() + 24 * HOUR));

/** What a client certificate may have that is not as it should be. Default: all is as it should be. */
export interface ClientOptions {
  readonly name?: string;
  readonly purpose?: 'server' | 'client';
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

/** A certificate for a client of lockstep. */
export function clientPair(authority: Authority, options: ClientOptions = {}): Promise<KeyPair> {
  const { name = 'kube-apiserver', purpose = 'client', notAfter = new Date(Date.now() + HOUR) } = options;
  const notBefore = options.notBefore && { notBefore: options.notBefore };
  return authority.issue({ names: [name], addresses: [], purpose, notAfter, ...notBefore });
}

/** A certificate whose issuer has the same name as an authority, and another key. */
export async function forgedPair(): Promise<KeyPair> {
  const forged = await makeAuthority('lockstep development CA', new Date(Date.now() + HOUR));
  const notAfter = new Date(Date.now() + HOUR);
  return issue(forged, { names: ['kube-apiserver'], addresses: [], purpose: 'client', notAfter });
}
