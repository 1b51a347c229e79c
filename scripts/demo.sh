#!/usr/bin/env bash
# The demo of the README: compiles the reference tenancy, publishes it into a
# local bare fleet repository, and shows where to look.
set -euo pipefail
cd "$(dirname "$0")/.."
tenantc=bin/tenantc

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; "$@"; }

say $tenantc validate
say $tenantc compile
say $tenantc publish

cat <<'TXT'

The reference tenancy is compiled into fleet/ and committed to build/fleet.git.
Look at:
  tenants/acme.yaml                            what the tenant asked for
  bin/tenantc explain acme                     what that resolves to, and where each value came from
  fleet/sites/turin-1/tenants/acme/prod/       what became of it: boundary/ and cluster/
  fleet/sites/turin-1/platform/                admission policies and RuntimeClasses of the site
  git --git-dir build/fleet.git log            what was published, and why
  bin/tenantc bootstrap turin-1                what to apply once on the site
Now change a quota in tenants/acme.yaml and run:
  bin/tenantc diff
TXT
