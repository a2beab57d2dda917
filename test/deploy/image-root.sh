#!/usr/bin/env bash
# image-root.sh <root> <options> -- <command…>: runs a command with <root> as its file system, as a container would:
# /usr and /etc are this machine's and cannot be written, process 1 is the command, mounts end with it.
#   --read-only        nothing can be written but /data
#   --user <id>        not as root, without any capability
#   --directory <dir>  where it starts
#   --bind <from>:<to> a directory of this machine
#   --init             (internal) inside the new namespaces
set -euo pipefail
if [[ $1 != --init ]]; then exec unshare --mount --pid --fork --kill-child "$0" --init "$@"; fi
shift
root=$1 read_only='' user='' directory=/ binds=()
shift
while [[ $1 != -- ]]; do
  case $1 in
    --read-only) read_only=1 ;;
    --user) user=$2 && shift ;;
    --directory) directory=$2 && shift ;;
    --bind) binds+=("$2") && shift ;;
  esac
  shift
done
shift

mkdir -p "$root"/{usr,etc,proc,dev,tmp,root,data}
for link in bin sbin lib lib64; do ln -sfn "usr/$link" "$root/$link"; done
for bind in ${binds[@]+"${binds[@]}"}; do mkdir -p "$root${bind#*:}"; done
mount --bind "$root" "$root"
if [[ -n $read_only ]]; then mount -o remount,bind,ro "$root"; fi
for system in usr etc; do
  mount --bind "/$system" "$root/$system"
  mount -o remount,bind,ro "$root/$system"
done
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
for bind in ${binds[@]+"${binds[@]}"}; do mount --bind "${bind%%:*}" "$root${bind#*:}"; done

# Process 1 becomes the command by `exec`, three times over, and leaves this root by no way.
start=(/usr/sbin/chroot "$root" /usr/bin/env --chdir="$directory")
if [[ -n $user ]]; then
  start+=(setpriv --reuid="$user" --regid="$user" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all)
fi
exec "${start[@]}" "$@"
