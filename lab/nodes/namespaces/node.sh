#!/bin/sh
# A node's first process, in mount, pid, uts, ipc and network namespaces of its own. It makes them look like a machine,
# and then only holds them. All processes in them end with it, and the kernel removes mounts and links.
#
# node.sh NAME ADDRESS/BITS FABRIC READY [ROUTE VIA]...
#   FABRIC      the fabric's network namespace, a path
#   READY       a file that is written when all is ready: this process's id, as the host counts
#   ROUTE, VIA  ranges, each with the address of the node that has it
set -eu
name=$1 address=$2 fabric=$3 ready=$4
shift 4

# This is still the host's /proc, in which this process has the host's number.
read -r pid _ < /proc/self/stat
ip link set lo up
ip link add eth0 type veth peer name "$name" netns "$fabric"
nsenter --net="$fabric" ip link set "$name" master bridge0 up
ip address add "$address" dev eth0
ip link set eth0 up
while [ $# -gt 0 ]; do
  ip route add "$1" via "$2"
  shift 2
done

hostname "$name"
mount -t proc proc /proc
echo 1 > /proc/sys/net/ipv4/ip_forward
# The state of the kubelet, containerd and the CNI plugins, in memory: it never reaches the host's disk.
for dir in /run /var/lib /var/log; do mount -t tmpfs -o mode=755 tmpfs "$dir"; done
mkdir /run/sysctls
# These belong to the host, not to the namespaces, so the kubelet sets a copy.
for key in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys \
  kernel/keys/root_maxbytes; do
  copy=/run/sysctls/$(echo "$key" | tr / .)
  cat "/proc/sys/$key" > "$copy"
  mount --bind "$copy" "/proc/sys/$key"
done
echo "$pid" > "$ready.new"
mv "$ready.new" "$ready"
# A shell that waits also collects orphaned processes, for example containerd's shims.
sleep infinity &
wait
