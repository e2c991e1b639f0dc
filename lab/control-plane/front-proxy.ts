import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthority } from '../../certs/issue.ts';

/** The common name of the certificate with which the API server calls aggregated APIs, as kubeadm names it. */
const NAME = 'front-proxy-client';

const folderIn = (clusterFolder: string): string => join(clusterFolder, 'front-proxy');

/** What a program needs to be taken for this cluster's API server by the servers of aggregated APIs. */
export interface FrontProxyFiles {
  /** The authority that signed the certificate, PEM. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** A certificate of the same authority for another client. */
  readonly otherCert: string;
  readonly otherKey: string;
}

export function frontProxyFiles(clusterFolder: string): FrontProxyFiles {
  const path = (name: string) => join(folderIn(clusterFolder), name);
  return {
    ca: path('ca.crt'),
    cert: path('tls.crt'),
    key: path('tls.key'),
    otherCert: path('other.crt'),
    otherKey: path('other.key'),
  };
}

/** The API server's flags, as kubeadm sets them. It publishes the first group in kube-system. */
export function frontProxyFlags(clusterFolder: string): readonly string[] {
  const { ca, cert, key } = frontProxyFiles(clusterFolder);
  return [
    `--requestheader-client-ca-file=${ca}`,
    `--requestheader-allowed-names=${NAME}`,
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${cert}`,
    `--proxy-client-key-file=${key}`,
  ];
}

/** Writes the certificates with which the API server calls aggregated APIs. */
export async function writeFrontProxy(clusterFolder: string, notAfter: Date): Promise<void> {
  const files = frontProxyFiles(clusterFolder);
  const authority = await createAuthority(notAfter);
  const issued = (name: string) =>
    authority.issue({ names: [name], addresses: [], purpose: 'client', notAfter });
  const [proxy, other] = await Promise.all([issued(NAME), issued('another-client')]);
  const write = (path: string, text: string) => writeFile(path, text, { mode: 0o600 });
  await mkdir(folderIn(clusterFolder));
  await Promise.all([
    write(files.ca, authority.ca),
    write(files.cert, proxy.cert),
    write(files.key, proxy.key),
    write(files.otherCert, other.cert),
    write(files.otherKey, other.key),
  ]);
}
