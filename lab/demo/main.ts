/**
 * `npm run demo`: plays the story that lockstep is about. With `-- --pin`, it shows what a replaced pod
 * reads, and what an undo brings back. With `-- --real-node`, it plays either on two nodes that run
 * containers (Linux, root), and shows the answers of a Service.
 */
import { parseArgs } from 'node:util';
import { tellOnFakeNode } from './on-fake-node.ts';
import { tellOnRealNodes } from './on-real-nodes.ts';
import { title } from './show.ts';
import { PIN, SCALE } from './stories.ts';

const { values } = parseArgs({ options: { 'real-node': { type: 'boolean' }, pin: { type: 'boolean' } } });
const story = values.pin ? PIN : SCALE;
const asPromised = await (values['real-node'] ? tellOnRealNodes(story) : tellOnFakeNode(story));
title(asPromised ? 'The story came out as promised.' : 'The story did not come out as promised.');
process.exitCode = asPromised ? 0 : 1;
