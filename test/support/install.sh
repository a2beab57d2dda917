#!/usr/bin/env bash
# install.sh <executable> <package…>: installs Debian's packages for a suite that needs them, when they are not there
# yet. The tests start what they need themselves, on ports and in directories of their own.
set -euo pipefail
executable=$1
shift
[[ -x $executable ]] && exit 0
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
  # Debian starts what it installs unless this says no; the ports are not ours to take.
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi
apt-get update
apt-get install -y --no-install-recommends "$@"
