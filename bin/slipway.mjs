#!/bin/sh
':' //; exec "$(dirname "$(readlink -f "$0")")/with-node.sh" "$0" "$@"
// The `slipway` command. To the shell this file is the two lines above; to any Node from 18 on it is this module.
import { launch } from './launch.mjs';

// Commands that serve see to the pages themselves, once they know that they can start.
await launch('src/cli/main.ts', process.argv.slice(2), { needsDevelopment: false, needsDashboard: false });
