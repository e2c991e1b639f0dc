#!/usr/bin/env node
import { OLDEST_NODE } from './version.ts';

// Says so on a Node that is too old, which would fail on the syntax or the library of all that follows. So
// nothing of ours is imported before, and this file and version.ts are written as Node 12 reads already.
const present = process.versions.node;
if (Number(present.split('.')[0]) < OLDEST_NODE) {
  process.stderr.write(`error: lockstep needs Node ${OLDEST_NODE} or newer, and this is Node ${present}\n`);
  process.exit(1);
}

import('./program.ts').then(({ runProgram }) => runProgram());
