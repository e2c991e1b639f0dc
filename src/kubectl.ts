#!/usr/bin/env node
import { OLDEST_NODE } from './version.ts';

// As in main.ts: on a Node that is too old, the following code would fail with a riddle.
const present = process.versions.node;
if (Number(present.split('.')[0]) < OLDEST_NODE) {
  process.stderr.write(
    `error: kubectl lockstep needs Node ${OLDEST_NODE} or newer, and this is Node ${present}\n`,
  );
  process.exit(2);
}

import('./kubectl/main.ts').then(({ runProcess }) => runProcess());
