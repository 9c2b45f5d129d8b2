#!/bin/sh
# with-node.sh SCRIPT [ARGUMENT ...]: runs a plain JavaScript file with the Node that npm brought into node_modules; before
# the first install, with the machine's own. One process: the shell is replaced.
script=$(readlink -f "$1") || exit 1
shift
for node in "$(dirname "$script")"/../node_modules/node-*/bin/node; do
  if [ -x "$node" ]; then exec "$node" --max-semi-space-size=4 --heap-growing-percent=100 --single-threaded-gc "$script" "$@"; fi
done
if ! command -v node >/dev/null 2>&1; then
  echo "slipway: Node.js is missing. Install Node 18 or newer with npm; Slipway then fetches the version that it needs by itself." >&2
  exit 1
fi
exec node --max-semi-space-size=4 --heap-growing-percent=100 --single-threaded-gc "$script" "$@"
