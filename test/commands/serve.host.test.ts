import { expect, test } from 'vitest';
import { programCommand, startCommand } from '../../lab/lockstep/program.ts';
import { startServed } from '../kit/served.ts';
import { withoutIpv6 } from '../kit/without-ipv6.ts';

const IPV4_ONLY = 'listening over IPv4 only: the kernel has no IPv6';

test('without --host, both ports are open on all addresses', async () => {
  const program = await startServed([], (flags) => startCommand([...programCommand(), ...flags]));
  await program.expectHealthy();
  expect((await fetch(`http://127.0.0.1:${program.adminPort}/readyz`)).status).toBe(200);
  expect((await fetch(`http://[::1]:${program.adminPort}/readyz`)).status).toBe(200);
  expect(program.lines.join()).not.toContain(IPV4_ONLY);
  expect(await program.stop()).toBe(0);
});

test('where the kernel has no IPv6, both ports are open over IPv4, and the log says so', async () => {
  const program = await startServed([], (flags) =>
    startCommand(withoutIpv6([...programCommand(), ...flags])),
  );
  expect(program.lines.join()).toContain(IPV4_ONLY);
  await program.expectHealthy();
  expect((await fetch(`http://127.0.0.1:${program.adminPort}/readyz`)).status).toBe(200);
  expect(await program.stop()).toBe(0);
});

test('an address that was asked for is not replaced by another one', async () => {
  const started = startServed(['--host', '::'], (flags) =>
    startCommand(withoutIpv6([...programCommand(), ...flags])),
  );
  await expect(started).rejects.toThrow(/--admin-port: cannot listen: .*EAFNOSUPPORT/);
});
