#!/usr/bin/env bash
# Installs Debian's Chromium for the browser tests, with a font to draw with, when it is not there yet.
set -euo pipefail
[[ -x /usr/bin/chromium ]] && exit 0
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends chromium fonts-dejavu-core
