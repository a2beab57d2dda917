#!/usr/bin/env bash
# roll-out.sh <overlay>: a new version without loss. First the migration with all that it needs and then, only if it
# succeeded, the server. Old pods go on serving meanwhile: a schema is good for the version before it, too.
set -euo pipefail
overlay=${1:?usage: roll-out.sh deploy/kubernetes/overlays/production}

manifests=$(mktemp)
trap 'rm -f "$manifests"' EXIT
kubectl kustomize "$overlay" >"$manifests"
namespace=$(awk '$1 == "namespace:" { print $2; exit }' "$manifests")
in_namespace() { kubectl --namespace "${namespace:-default}" "$@"; }
migration() { in_namespace wait job/barong-migration --for=condition="$1" --timeout="$2"; }

# A Job cannot be changed, and the last one is done.
in_namespace delete job barong-migration --ignore-not-found
kubectl apply -f "$manifests" -l 'app.kubernetes.io/component!=server'
until migration complete 10s; do
  if migration failed 0s; then
    in_namespace logs job/barong-migration --tail=50 >&2 || true
    echo 'The migration failed; the version before goes on serving.' >&2
    exit 1
  fi
done
kubectl apply -f "$manifests" -l 'app.kubernetes.io/component=server'
in_namespace rollout status deployment/barong --timeout=15m
