#!/bin/sh
# The wire between the host and the nodes: a bridge in a network namespace that lives as long as this process. The
# host's link, its address and its routes are removed with it, however it ends. The host forwards nothing.
#
# fabric.sh LINK ADDRESS/BITS READY [ROUTE VIA]...
#   LINK, ADDRESS  the name of the host's link, which is created, and its address
#   READY          a file that is written when all is ready: this process's id
#   ROUTE, VIA     ranges, each with the node through which the host reaches it
set -eu
if [ "${INSIDE:-}" = "" ]; then
  exec 9</proc/self/ns/net # the host's
  INSIDE=1 exec unshare --net "$0" "$@"
fi
link=$1 address=$2 ready=$3
shift 3
on_host() { nsenter --net=/proc/self/fd/9 "$@"; }

ip link set lo up
ip link add bridge0 type bridge
ip link set bridge0 up
ip link add host0 type veth peer name "$link" netns /proc/self/fd/9
ip link set host0 master bridge0 up
on_host ip address add "$address" dev "$link"
on_host ip link set "$link" up
while [ $# -gt 0 ]; do
  on_host ip route add "$1" via "$2"
  shift 2
done
exec 9<&-
echo $$ > "$ready.new"
mv "$ready.new" "$ready"
exec sleep infinity
