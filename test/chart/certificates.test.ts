import { describe, expect, test } from 'vitest';
import type { Values } from '../kit/chart/helm.ts';
import { objects } from '../kit/chart/rendered.ts';
import { GIVEN, INSIDE } from './variants.ts';

const CERT_MANAGER: Values = { certificates: { mode: 'cert-manager' } };

/** The Secret that the pods mount for their certificate, and the flags for certificates. */
async function certificate(values: Values) {
  const pod = (await objects(values)).of('Deployment').spec?.template.spec;
  return {
    mounted: pod?.volumes?.find(({ name }) => name === 'tls')?.secret?.secretName,
    flags: pod?.containers[0]?.args?.filter((flag) => /certificate|tls|ca-lifetime|configuration/.test(flag)),
  };
}

const FILES = [
  '--tls-cert-file=/etc/lockstep/tls/tls.crt',
  '--tls-private-key-file=/etc/lockstep/tls/tls.key',
];

describe('certificates', () => {
  test('self-managed: an empty Secret, and all flags that lockstep needs to fill it', async () => {
    const { metadata, ...secret } = (await objects(INSIDE)).of('Secret');

    expect(metadata?.name).toBe('lockstep-certificates');
    // No data and no stringData: the chart must not own the fields that lockstep fills in.
    expect(secret).toEqual({ apiVersion: 'v1', kind: 'Secret', type: 'Opaque' });
    expect(await certificate(INSIDE)).toEqual({
      mounted: undefined,
      flags: [
        '--certificates=self-managed',
        '--certificate-secret=lockstep/lockstep-certificates',
        '--certificate-names=lockstep.lockstep.svc',
        '--webhook-configuration=lockstep',
        '--certificate-lifetime=2160h',
        '--ca-lifetime=8760h',
      ],
    });
  });

  test('existing-secret: the pods mount the named Secret as a folder, so that they see a renewed certificate', async () => {
    expect(await certificate(GIVEN)).toEqual({ mounted: 'lockstep-tls', flags: FILES });
    const pod = (await objects(GIVEN)).of('Deployment').spec?.template.spec;
    expect(pod?.containers[0]?.volumeMounts).toEqual([
      { name: 'tls', mountPath: '/etc/lockstep/tls', readOnly: true },
    ]);
  });

  test('cert-manager: a certificate for the Service’s name, and its CA injected into the webhooks', async () => {
    const rendered = await objects(CERT_MANAGER);
    const leaf = rendered.all('Certificate').find(({ metadata }) => metadata?.name === 'lockstep');

    expect(leaf?.spec).toMatchObject({
      secretName: 'lockstep-tls',
      dnsNames: ['lockstep.lockstep.svc'],
      issuerRef: { name: 'lockstep-ca' },
    });
    expect(await certificate(CERT_MANAGER)).toEqual({ mounted: 'lockstep-tls', flags: FILES });
    expect(rendered.of('MutatingWebhookConfiguration').metadata?.annotations).toEqual({
      'cert-manager.io/inject-ca-from': 'lockstep/lockstep',
    });
  });

  // The API server would distrust a self-signed leaf for a moment at each renewal: the new one is not in the
  // caBundle yet.
  test('cert-manager without an issuer: a CA for this release alone signs it', async () => {
    const rendered = await objects(CERT_MANAGER);
    const ca = rendered.all('Certificate').find(({ metadata }) => metadata?.name === 'lockstep-ca');
    const issuers = rendered.all('Issuer').map(({ metadata, spec }) => [metadata?.name, spec]);

    expect(ca?.spec).toMatchObject({
      isCA: true,
      secretName: 'lockstep-ca',
      issuerRef: { name: 'lockstep-self-signed' },
    });
    expect(Object.fromEntries(issuers)).toEqual({
      'lockstep-self-signed': { selfSigned: {} },
      'lockstep-ca': { ca: { secretName: 'lockstep-ca' } },
    });
  });

  test('cert-manager with an issuer: that issuer signs it', async () => {
    const issuerRef = { name: 'corporate', kind: 'ClusterIssuer', group: 'cert-manager.io' };
    const rendered = await objects({ certificates: { mode: 'cert-manager', certManager: { issuerRef } } });

    expect(rendered.kinds).not.toContain('Issuer');
    expect(rendered.of('Certificate').spec).toMatchObject({ issuerRef });
  });
});
