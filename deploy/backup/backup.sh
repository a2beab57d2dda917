#!/usr/bin/env bash
# backup.sh <directory>: one backup of the database and of the uploads in DATA_DIR, taken while servers run. It reads
# DATABASE_URL (or DATABASE_DIRECT_URL) and DATA_DIR; uploads in a bucket (STORAGE_URL) are the bucket's to keep.
# SECRET_KEY is not in it, and without it a backup opens to nobody: keep it elsewhere. docs/backup.md tells it all.
set -euo pipefail
umask 077
[[ $# -eq 1 ]] || { echo 'usage: backup.sh <directory>' >&2; exit 2; }
target=$1
[[ ! -e $target ]] || { echo "$target is there already" >&2; exit 1; }
# shellcheck source=database.sh
source "$(dirname "${BASH_SOURCE[0]}")/database.sh"

# What is not finished has another name.
part=$target.part
mkdir "$part"
trap 'rm -rf "$part"' EXIT

# One session keeps one moment of the database for all that follows.
coproc SESSION { psql_quietly; }
session_pid=$SESSION_PID
exec {to_session}>&"${SESSION[1]}" {from_session}<&"${SESSION[0]}"
# ask <statements>: what the session answers to them, a row a line.
ask() {
  local line
  printf '%s\n\\echo --done--\n' "$1" >&"$to_session"
  while IFS= read -r line <&"$from_session"; do
    [[ $line != --done-- ]] || return 0
    printf '%s\n' "$line"
  done
  echo 'the database ended the connection' >&2
  return 1
}

snapshot=$(ask 'BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SELECT pg_export_snapshot();')
data_dir=${DATA_DIR:-./data}
uploads=none
if [[ -n ${STORAGE_URL:-} ]]; then
  uploads=bucket
elif [[ -d $data_dir/uploads ]]; then
  uploads=tar
elif [[ $(ask 'SELECT count(*) FROM documents;') -gt 0 ]]; then
  echo "there are documents, but no $data_dir/uploads: set DATA_DIR, or STORAGE_URL where they are in a bucket" >&2
  exit 1
fi
{
  printf 'backup\t%s\n' "$(ask 'SELECT gen_random_uuid();')"
  printf 'taken_at\t%s\n' "$(ask "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"');")"
  printf 'postgresql\t%s\n' "$(ask 'SHOW server_version;')"
  printf 'foreign_keys\t%s\n' "$(ask "SELECT count(*) FROM pg_constraint WHERE contype = 'f';")"
  printf 'uploads\t%s\n' "$uploads"
  ask "SELECT format('SELECT %L, count(*) FROM %I.%I', 'rows ' || schemaname || '.' || tablename, schemaname, tablename)
       FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1 \\gexec" | tr '|' '\t'
} >"$part/manifest.tsv"
pg_dump --format=custom --snapshot="$snapshot" --lock-wait-timeout=60s --file="$part/database.dump" --dbname="$url"
printf 'COMMIT;\n\\q\n' >&"$to_session"
wait "$session_pid"

# After the database: so each row has its file, but for what was deleted meanwhile. tar ends with 1 when a file went
# away while it read.
if [[ $uploads == tar ]]; then
  tar --create --file="$part/uploads.tar" --directory="$data_dir" --exclude='*.part' uploads || [[ $? -eq 1 ]]
fi
(cd "$part" && sha256sum -- * >SHA256SUMS)
sync -f "$part"
mv -T "$part" "$target"
trap - EXIT
echo "$target"
