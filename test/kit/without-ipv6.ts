import { arch } from 'node:process';

/** Numbers of system calls, and what a filter calls the architecture: linux/audit.h, asm/unistd.h. */
const SYSTEM_CALLS = {
  x64: { prctl: 157, socket: 41 },
  arm64: { prctl: 167, socket: 198 },
} as const;

/**
 * Perl, because Node makes no system calls of its own, and every Debian has Perl. A filter of six instructions
 * answers socket(AF_INET6) with EAFNOSUPPORT (97), as a kernel does that was started with ipv6.disable=1.
 */
const FILTER = `
  my ($prctl, $socket) = (shift, shift);
  my $filter = join '', map { pack 'SCCL', @$_ }
    [0x20, 0, 0, 0], [0x15, 0, 3, $socket], [0x20, 0, 0, 16], [0x15, 0, 1, 10],
    [0x06, 0, 0, 0x00050000 | 97], [0x06, 0, 0, 0x7fff0000];
  my $program = pack 'S x6 P', 6, $filter;
  syscall($prctl, 38, 1, 0, 0, 0) == 0 or die "no_new_privs: $!";
  syscall($prctl, 22, 2, $program, 0, 0) == 0 or die "seccomp: $!";
  exec @ARGV or die "exec: $!";
`;

/** A command that runs as on a kernel without IPv6. */
export function withoutIpv6(command: readonly string[]): [string, ...string[]] {
  if (arch !== 'x64' && arch !== 'arm64') throw new Error(`no numbers of system calls for ${arch}`);
  const { prctl, socket } = SYSTEM_CALLS[arch];
  return ['perl', '-e', FILTER, String(prctl), String(socket), ...command];
}
