import { beforeAll, describe, expect, it } from 'vitest';
import { createAuthority } from '../../certs/issue.ts';
import { frontProxyOf } from '../../src/assessments/front-proxy.ts';

let data: Record<string, string>;

beforeAll(async () => {
  const { ca } = await createAuthority(new Date(Date.now() + 86_400_000));
  // As kubeadm's API server publishes it.
  data = {
    'client-ca-file': 'another one',
    'requestheader-client-ca-file': ca,
    'requestheader-allowed-names': '["front-proxy-client"]',
    'requestheader-username-headers': '["X-Remote-User"]',
    'requestheader-group-headers': '["X-Remote-Group"]',
    'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
  };
});

describe('the front proxy', () => {
  it('is known by what the API server publishes', () => {
    expect(frontProxyOf(data)).toEqual({
      ca: data['requestheader-client-ca-file'],
      names: ['front-proxy-client'],
      headers: {
        user: ['x-remote-user'],
        uid: [],
        group: ['x-remote-group'],
        extraPrefixes: ['x-remote-extra-'],
      },
    });
  });

  it.each([
    ['no authorities', 'requestheader-client-ca-file', ''],
    ['no PEM', 'requestheader-client-ca-file', 'hello'],
    ['names that are no list', 'requestheader-allowed-names', '{"a": 1}'],
    ['names that are no JSON', 'requestheader-allowed-names', 'front-proxy-client'],
    ['no header for the user', 'requestheader-username-headers', '[]'],
    ['groups that are no names', 'requestheader-group-headers', '[1]'],
  ])('is none with %s', (_, key, value) => {
    expect(frontProxyOf({ ...data, [key]: value })).toBeUndefined();
  });

  it('may have any name of its authorities, if none is given', () => {
    expect(frontProxyOf({ ...data, 'requestheader-allowed-names': '[]' })?.names).toEqual([]);
  });
});
