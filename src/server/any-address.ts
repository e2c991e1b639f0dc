import { once } from 'node:events';
import { createServer } from 'node:net';
import { codeOf } from '../errors.ts';

/** All addresses of this host, by IPv6. Such a socket takes calls over IPv4, too. */
const IPV6 = '::';
const IPV4 = '0.0.0.0';

/**
 * What Linux answers where it has no IPv6. With `ipv6.disable=1` at its start it knows no such sockets. (With the
 * sysctl `net.ipv6.conf.all.disable_ipv6=1` it has no such addresses, but still listens on `::`. Other systems
 * may not.)
 */
const NO_IPV6 = ['EAFNOSUPPORT', 'EADDRNOTAVAIL'];

/** The address that stands for all addresses of this host: `0.0.0.0` if its kernel has no IPv6. */
export async function anyAddress(): Promise<typeof IPV6 | typeof IPV4> {
  const probe = createServer();
  try {
    probe.listen({ host: IPV6, port: 0 });
    await once(probe, 'listening');
    probe.close();
    return IPV6;
  } catch (error) {
    // Any other error is the real listener's to report.
    return NO_IPV6.includes(codeOf(error)) ? IPV4 : IPV6;
  }
}
