import { expect, test } from 'vitest';
import { proxyFor, toProxyUrl } from '../../src/api/proxy.ts';

const PROXY = 'http://proxy.example:3128';
const SERVER = 'https://api.example.com:6443';

test.each([
  ['https goes by HTTPS_PROXY', SERVER, { HTTPS_PROXY: PROXY, HTTP_PROXY: 'http://other' }, PROXY],
  [
    'http goes by HTTP_PROXY',
    'http://api.example.com',
    { HTTPS_PROXY: 'http://other', HTTP_PROXY: PROXY },
    PROXY,
  ],
  ['lower case will do', SERVER, { https_proxy: PROXY }, PROXY],
  ['a scheme may be left out', SERVER, { HTTPS_PROXY: 'proxy.example:3128' }, PROXY],
  ['an empty variable means no proxy', SERVER, { HTTPS_PROXY: '' }, undefined],
  ['none is named', SERVER, {}, undefined],
  ['this machine is called directly', 'https://127.0.0.2:6443', { HTTPS_PROXY: PROXY }, undefined],
  ['also by its name', 'https://localhost:6443', { HTTPS_PROXY: PROXY }, undefined],
  ['also by IPv6', 'https://[::1]:6443', { HTTPS_PROXY: PROXY }, undefined],
])('%s', (_name, server, env, proxy) => {
  expect(proxyFor(server, env)).toBe(proxy);
});

test.each([
  ['*', SERVER, true],
  ['example.com', SERVER, true],
  ['EXAMPLE.com', SERVER, true],
  ['.example.com', SERVER, true],
  ['*.example.com', SERVER, true],
  ['api.example.com', SERVER, true],
  ['.api.example.com', SERVER, false],
  ['ample.com', SERVER, false],
  ['example.com:6443', SERVER, true],
  ['example.com:443', SERVER, false],
  ['api.example.com:443', 'https://api.example.com', true],
  ['a.example, example.com', SERVER, true],
  [' , ', SERVER, false],
  ['10.0.0.0/8', 'https://10.1.2.3', true],
  ['10.0.0.0/8', 'https://11.1.2.3', false],
  ['10.1.2.3', 'https://10.1.2.3:6443', true],
  ['10.1.2.3:443', 'https://10.1.2.3:6443', false],
  ['1.2.3', 'https://10.1.2.3', false],
  ['10.0.0.0/99', 'https://10.1.2.3', false],
  ['10.0.0.0/8', SERVER, false],
  ['fd00::/8', 'https://[fd00::1]:6443', true],
  ['fd00::1', 'https://[fd00::1]:6443', true],
  ['[fd00::1]:6443', 'https://[fd00::1]:6443', true],
  ['[fd00::1]:443', 'https://[fd00::1]:6443', false],
])('NO_PROXY=%s, %s: called without the proxy %s', (exceptions, server, directly) => {
  const env = { HTTPS_PROXY: PROXY, NO_PROXY: exceptions };
  expect(proxyFor(server, env)).toBe(directly ? undefined : PROXY);
});

test('the URL of a proxy has a scheme that kubectl knows; an error does not quote the password', () => {
  for (const url of [PROXY, 'https://proxy', 'socks5://proxy:1080', 'socks5h://proxy'])
    expect(toProxyUrl(url)).toBe(url);
  for (const url of ['ftp://u:secret@proxy', 'u:secret@proxy', 'proxy', ''])
    expect(() => toProxyUrl(url)).toThrow(
      /^the URL of the proxy is not http:\/\/, https:\/\/ or socks5:\/\/$/,
    );
});
