#!/bin/sh
# Takes out of node_modules what a running Errand never reads: native code of other platforms, sources, type
# declarations, source maps and manuals. Licences stay.
#   prune.sh <node_modules>
set -eu
modules=$1

case $(uname -m) in
  x86_64) platform=x86_64-unknown-linux-gnu ;;
  aarch64) platform=aarch64-unknown-linux-gnu ;;
  *) echo "prune.sh: no native Temporal client for $(uname -m)" >&2; exit 1 ;;
esac

bridge=$modules/@temporalio/core-bridge
find "$bridge/releases" -mindepth 1 -maxdepth 1 ! -name "$platform" -exec rm -rf {} +
rm -rf "$bridge/sdk-core" "$bridge/src" "$bridge/ts" "$bridge/bridge-macros"
rm -rf "$modules"/openai/src "$modules"/zod/src "$modules"/rxjs/src "$modules"/rxjs/dist/bundles
find "$modules" -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.tsbuildinfo' \) -delete
find "$modules" -type f \( -iname 'readme*' -o -iname 'changelog*' -o -iname 'history.md' \) -delete
find "$modules" -type d -empty -delete
