# Read by backup.sh and restore.sh: how they reach the database. `url` is its address, without the password, which
# everybody on this machine could read in a list of processes.
# shellcheck shell=bash
url=${DATABASE_DIRECT_URL:-${DATABASE_URL:-}}
if [[ -z $url ]]; then
  echo 'DATABASE_URL is not set (DATABASE_DIRECT_URL where it leads to pgbouncer)' >&2
  exit 1
fi
if [[ $url =~ [?\&]password= ]]; then
  echo 'the password of DATABASE_URL belongs in front of its host, not behind a question mark' >&2
  exit 1
fi
# Up to the last @ in front of the path, as the server itself takes it.
if [[ $url =~ ^([a-z]+://[^:/@?]*):([^/?]*)@([^@/?]*([/?].*)?)$ ]]; then
  url=${BASH_REMATCH[1]}@${BASH_REMATCH[3]}
  encoded=${BASH_REMATCH[2]//\\/\\\\}
  PGPASSWORD=$(printf '%b' "${encoded//%/\\x}")
  export PGPASSWORD
fi
# Nobody waits for us, and a large table takes its time.
export PGAPPNAME=barong-backup PGOPTIONS='-c statement_timeout=0 -c idle_in_transaction_session_timeout=0'

psql_quietly() { psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --dbname "$url" "$@"; }
