/**
 * `npm run demo`: plays the story that lockstep is about. With `-- --kind statefulset`, `daemonset` or `job`, it
 * plays the story of another kind of workload. With `-- --pin`, it shows what a replaced pod reads, and what an
 * undo brings back. With `-- --edit`, nobody scales: it shows what follows an edit by itself. With `-- --real-node`, it plays any of them on two nodes that run containers (Linux, root),
 * and shows the answers of a Service.
 */
import { parseArgs } from 'node:util';
import { tellOnFakeNode } from './on-fake-node.ts';
import { tellOnRealNodes } from './on-real-nodes.ts';
import { title } from './show.ts';
import { STORIES, type Story } from './stories.ts';

const { values } = parseArgs({
  options: {
    kind: { type: 'string', default: 'deployment' },
    'real-node': { type: 'boolean' },
    pin: { type: 'boolean' },
    edit: { type: 'boolean' },
  },
});

function storyOf({ kind, pin, edit }: typeof values): Story | undefined {
  const found = Object.entries(STORIES).find(([word]) => word === kind)?.[1];
  if (edit) return found?.edited;
  return pin ? found?.pinned : found?.plain;
}

const story = storyOf(values);
if (values.pin && values.edit) {
  process.stderr.write('--pin and --edit are two stories: use one of them\n');
  process.exitCode = 2;
} else if (story) {
  const asPromised = await (values['real-node'] ? tellOnRealNodes(story) : tellOnFakeNode(story));
  title(asPromised ? 'The story came out as promised.' : 'The story did not come out as promised.');
  process.exitCode = asPromised ? 0 : 1;
} else {
  const kinds = Object.entries(STORIES).flatMap(([kind, { edited }]) =>
    values.edit && !edited ? [] : [kind],
  );
  process.stderr.write(`--kind ${values.kind}: use one of ${kinds.join(', ')}\n`);
  process.exitCode = 2;
}
