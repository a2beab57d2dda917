#!/usr/bin/env bash
# drill.sh <directory>: shows that a backup can be restored. It needs an empty database to try it in, by DATABASE_URL, the
# SECRET_KEY of the backup and the other settings of a server; the uploads go to a directory that is removed again.
# It ends with 0 when all of it worked and prints how long each step took.
set -euo pipefail
umask 077
[[ $# -eq 1 ]] || { echo 'usage: drill.sh <directory>' >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
backup=$(cd "$1" && pwd)
DATA_DIR=$(mktemp -d)
export DATA_DIR
# Those of the real server must not be reached from here.
unset DATABASE_DIRECT_URL
[[ ! -e $backup/uploads.tar ]] || unset STORAGE_URL
trap 'rm -rf "$DATA_DIR"' EXIT

# step <name> <command…>
step() {
  local name=$1 started=$SECONDS
  shift
  "$@"
  echo "$name: $((SECONDS - started)) s"
}

# Roles of the real server may not be there.
step restored "$here/restore.sh" "$backup" --no-privileges
cd "$here/../.."
step finished node dist/src/cli.js restore finish "$backup/manifest.tsv"
