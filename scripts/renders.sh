#!/usr/bin/env bash
# Renders the vcluster chart of every supported version with the values that
# tenantc would give it: what a chart makes besides is judged by package prove.
# The charts come out of the chart's own Go module, at the tag of the version.
# With CHARTS=DIR set, they come from DIR/<version> instead.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
helm=$root/build/tools/helm
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$(dirname "$helm")"
go -C "$root/lab/modules/helm" build -o "$helm" helm.sh/helm/v4/cmd/helm
cd "$work" && go mod init renders >/dev/null 2>&1

for values in "$root"/internal/prove/renders/*/values.yaml; do
  folder=$(dirname "$values")
  version=$(basename "$folder")
  chart=${CHARTS:+$CHARTS/$version}
  if [ -z "$chart" ]; then
    go mod download "github.com/loft-sh/vcluster@v$version"
    chart=$(go env GOMODCACHE)/github.com/loft-sh/vcluster@v$version/chart
  fi
  "$helm" package "$chart" --version "$version" --app-version "$version" --destination "$work" >/dev/null
  { echo "# helm template of vcluster $version with values.yaml: make renders"
    echo "# values: $(sha256sum <"$values" | cut -d' ' -f1)"
    "$helm" template prod "$work/vcluster-$version.tgz" --namespace globex-prod --values "$values" --kube-version 1.34.0
  } >"$folder/manifests.yaml"
  echo "$version: $(grep -c '^kind:' "$folder/manifests.yaml") objects"
done
