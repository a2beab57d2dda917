#!/usr/bin/env bash
# restore.sh <directory> [option of pg_restore…]: puts a backup into an empty database and an empty DATA_DIR. No server may
# run on that database yet: `cli restore finish <directory>/manifest.tsv` comes first. docs/backup.md tells it all.
set -euo pipefail
umask 077
[[ $# -ge 1 ]] || { echo 'usage: restore.sh <directory> [option of pg_restore…]' >&2; exit 2; }
backup=$(cd "$1" && pwd)
shift
# shellcheck source=database.sh
source "$(dirname "${BASH_SOURCE[0]}")/database.sh"

(cd "$backup" && sha256sum --quiet --check SHA256SUMS)
if grep -q $'^uploads\ttar$' "$backup/manifest.tsv" && [[ ! -e $backup/uploads.tar ]]; then
  echo "$backup/uploads.tar is missing" >&2
  exit 1
fi
tables=$(psql_quietly --command "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
[[ $tables -eq 0 ]] || { echo "the database is not empty: it has $tables tables" >&2; exit 1; }
uploads=${DATA_DIR:-./data}/uploads
if [[ -e $backup/uploads.tar && -e $uploads ]]; then
  echo "$uploads is there already" >&2
  exit 1
fi

pg_restore --exit-on-error --no-owner --dbname="$url" "$@" "$backup/database.dump"
psql_quietly --command ANALYZE
if [[ -e $backup/uploads.tar ]]; then
  mkdir -p "${DATA_DIR:-./data}"
  tar --extract --file="$backup/uploads.tar" --directory="${DATA_DIR:-./data}" --no-same-owner
fi
if grep -q $'^uploads\tbucket$' "$backup/manifest.tsv" && [[ -z ${STORAGE_URL:-} ]]; then
  echo 'its uploads are in a bucket: set STORAGE_URL for what follows' >&2
fi
echo "restored; before a server starts: npm run cli -- restore finish $backup/manifest.tsv"
