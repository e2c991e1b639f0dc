#!/bin/sh
# A node's first process, in mount, pid, uts, ipc and network namespaces of its own: it makes them look like a machine, and
# then only holds them. All that runs in them ends with it, and the kernel takes mounts and links away.
#
# node.sh NAME ADDRESS/BITS FABRIC READY [ROUTE VIA]...
#   FABRIC      the fabric's network namespace, a path
#   READY       a file that is written when all is there: this process' id, as the host counts
#   ROUTE, VIA  ranges that the other nodes have
set -eu
name=$1 address=$2 fabric=$3 ready=$4
shift 4

# The host's /proc still, where this process has the host's number.
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
# What the kubelet, containerd and the CNI plugins keep, in memory: nothing of it reaches the host's disk.
for dir in /run /var/lib /var/log; do mount -t tmpfs -o mode=755 tmpfs "$dir"; done
mkdir /run/sysctls
# These are the host's, not the namespaces': the kubelet sets a copy.
for key in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys \
  kernel/keys/root_maxbytes; do
  copy=/run/sysctls/$(echo "$key" | tr / .)
  cat "/proc/sys/$key" > "$copy"
  mount --bind "$copy" "/proc/sys/$key"
done
echo "$pid" > "$ready.new"
mv "$ready.new" "$ready"
# A shell that waits also collects what its parent left behind: containerd's shims, for one.
sleep infinity &
wait
