#!/usr/bin/env node
import { OLDEST_NODE } from './version.ts';

// On a Node that is too old, the syntax or the library of the following
// code would fail, so this says it first. It imports nothing of ours before
// that. This file and version.ts use only syntax that Node 12 can read.
const present = process.versions.node;
if (Number(present.split('.')[0]) < OLDEST_NODE) {
  process.stderr.write(`error: lockstep needs Node ${OLDEST_NODE} or newer, and this is Node ${present}\n`);
  process.exit(1);
}

import('./program.ts').then(({ runProgram }) => runProgram());
