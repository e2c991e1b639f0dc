const base64 = (text: string) => Buffer.from(text).toString('base64');
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** What an exec plugin prints. */
const EXEC_CREDENTIAL = {
  apiVersion: 'client.authentication.k8s.io/v1',
  kind: 'ExecCredential',
  status: { token: 'of-a-plugin', expirationTimestamp: '2999-01-01T00:00:00Z' },
};

/** It has no signature. client-node looks only at its expiry time. */
const idToken = [{ alg: 'none' }, { exp: 32_503_680_000 }].map(base64url).concat('').join('.');

/** Users with each of kubectl's ways to authenticate. */
export const users = (tokenFile: string) => ({
  nobody: {},
  token: { token: 'plain' },
  'token file': { tokenFile },
  password: { username: 'u', password: 'p' },
  certificate: { 'client-certificate-data': base64('certificate'), 'client-key-data': base64('key') },
  plugin: {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: ['-e', `console.log(${JSON.stringify(JSON.stringify(EXEC_CREDENTIAL))})`],
    },
  },
  'OpenID Connect': {
    'auth-provider': {
      name: 'oidc',
      config: { 'client-id': 'c', 'idp-issuer-url': 'https://127.0.0.1:1', 'id-token': idToken },
    },
  },
});

/** A kubeconfig as JSON, which is YAML. */
export const kubeconfig = (user: object) =>
  JSON.stringify({
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    clusters: [
      {
        name: 'c',
        cluster: {
          server: 'https://127.0.0.1:1',
          'certificate-authority-data': base64('authority'),
          'tls-server-name': 'kubernetes',
        },
      },
    ],
    users: [{ name: 'u', user }],
  });
