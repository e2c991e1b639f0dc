import { BlockList, isIP } from 'node:net';

/** The schemes of proxies that kubectl supports. */
const SCHEMES = ['http:', 'https:', 'socks5:', 'socks5h:'];

/**
 * Checks the URL of a proxy.
 * @throws Error if it is not one; the message does not quote the URL, which may hold a password
 */
export function toProxyUrl(url: string): string {
  const scheme = URL.canParse(url) ? new URL(url).protocol : undefined;
  if (scheme !== undefined && SCHEMES.includes(scheme)) return url;
  throw new Error('the URL of the proxy is not http://, https:// or socks5://');
}

interface Target {
  readonly host: string;
  readonly port: string;
}

function targetOf(server: string): Target {
  const { hostname, port, protocol } = new URL(server);
  const host = hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return { host, port: port || (protocol === 'https:' ? '443' : '80') };
}

const familyOf = (ip: string) => (isIP(ip) === 6 ? 'ipv6' : 'ipv4');

function subnetContains(subnet: string, host: string): boolean {
  const [network = '', bits = ''] = subnet.split('/');
  if (isIP(network) === 0 || isIP(network) !== isIP(host) || !/^\d{1,3}$/.test(bits)) return false;
  if (Number(bits) > (isIP(network) === 6 ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), familyOf(network));
  return list.check(host, familyOf(host));
}

/**
 * Whether an entry of NO_PROXY covers the target. Entries are `*`, `10.0.0.0/8`,
 * `10.0.0.1`, `example.com`, `.example.com`, each with an optional `:PORT`.
 */
function covers(entry: string, { host, port }: Target): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return subnetContains(entry, host);
  const [, bracketed, bare, atPort] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? [];
  // An IPv6 address without brackets has no port.
  const name = bracketed ?? bare ?? entry;
  if (atPort !== undefined && atPort !== port) return false;
  if (isIP(name) !== 0 || isIP(host) !== 0) return name === host;
  const domain = name.replace(/^\*\./, '.');
  return domain.startsWith('.') ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || subnetContains('127.0.0.0/8', host) || host === '::1';

/**
 * The proxy that the environment names for a server, by the rules of Go
 * (golang.org/x/net/http/httpproxy), and so of kubectl. That is HTTPS_PROXY or HTTP_PROXY,
 * unless NO_PROXY covers the server. This machine itself is never called through a proxy.
 */
export function proxyFor(server: string, env: NodeJS.ProcessEnv): string | undefined {
  const variable = (name: string) => env[name] || env[name.toLowerCase()] || undefined;
  const named = variable(server.startsWith('https:') ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (named === undefined) return undefined;
  const target = targetOf(server);
  if (isLoopback(target.host)) return undefined;
  const exceptions = (variable('NO_PROXY') ?? '').split(',').map((entry) => entry.trim().toLowerCase());
  if (exceptions.some((entry) => entry !== '' && covers(entry, target))) return undefined;
  return toProxyUrl(named.includes('://') ? named : `http://${named}`);
}
