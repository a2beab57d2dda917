#!/usr/bin/env bash
# Installs Debian's nginx for its tests, when it is not there yet. They start it themselves: it serves nothing here.
set -euo pipefail
[[ -x /usr/sbin/nginx ]] && exit 0
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
  # Debian starts what it installs unless this says no; the ports are not ours to take.
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi
apt-get update
apt-get install -y --no-install-recommends nginx
