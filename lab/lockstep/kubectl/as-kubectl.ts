import { type Api, ApiError } from '../../control-plane/api.ts';
import { CommandError, type CommandResult } from '../../control-plane/run.ts';
import { type Call, MERGE, type PathOf, STRATEGIC, toResult } from './call.ts';
import { writesOf } from './manifests.ts';
import { deleteAsKubectl, outputOf } from './reads.ts';

/** `a=b` and `c-` as kubectl's `label` and `annotate` take them. */
const changes = (words: readonly string[]): Readonly<Record<string, string | null>> =>
  Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      return at < 0 ? [word.replace(/-$/, ''), null] : [word.slice(0, at), word.slice(at + 1)];
    }),
  );

/** The request of `kubectl patch`. undefined: it has other flags than tests use most */
function patchOf(words: readonly string[], pathOf: PathOf): Call | undefined {
  const text = words.join('\n').replace(/^(.*\n--patch)\n/s, '$1=');
  const found = /^(\w+)[/\n](\w+)(\n--type=merge)?\n--patch=(.*)$/s.exec(text);
  const path = found && pathOf(`${found[1]}/${found[2]}`);
  if (!path) return undefined;
  return {
    method: 'PATCH',
    path: `${path}?fieldManager=kubectl-patch`,
    body: JSON.parse(found[4] ?? ''),
    contentType: found[3] === undefined ? STRATEGIC : MERGE,
  };
}

/** The request that changes an object for one of kubectl's commands. undefined: not one of these */
function changeOf(args: readonly string[], pathOf: PathOf): Call | undefined {
  const [verb = '', ...rest] = args.filter((word) => word !== '--overwrite');
  const patch = (path: string | undefined, body: unknown, contentType = MERGE): Call | undefined =>
    path === undefined
      ? undefined
      : { method: 'PATCH', path: `${path}?fieldManager=kubectl-${verb}`, body, contentType };
  const [subject = '', ...words] = rest;
  const isFlag = words.some((word) => word.startsWith('--'));
  switch (verb) {
    case 'scale': {
      const replicas = /^--replicas=(\d+)$/.exec(words.join(' '))?.[1];
      if (replicas === undefined) return undefined;
      const path = pathOf(subject);
      return patch(path && `${path}/scale`, { spec: { replicas: Number(replicas) } });
    }
    case 'annotate':
      return isFlag ? undefined : patch(pathOf(subject), { metadata: { annotations: changes(words) } });
    case 'label':
      return isFlag ? undefined : patch(pathOf(subject), { metadata: { labels: changes(words) } });
    case 'patch':
      return patchOf(rest, pathOf);
    case 'set': {
      const image = /^image (\S+) (\w+)=(\S+)$/.exec(rest.join(' '));
      if (!image) return undefined;
      const containers = [{ name: image[2], image: image[3] }];
      return patch(pathOf(image[1] ?? ''), { spec: { template: { spec: { containers } } } }, STRATEGIC);
    }
    case 'rollout': {
      if (rest.length !== 2 || rest[0] !== 'restart') return undefined;
      const restartedAt = new Date().toISOString();
      const annotations = { 'kubectl.kubernetes.io/restartedAt': restartedAt };
      return patch(pathOf(rest[1] ?? ''), { spec: { template: { metadata: { annotations } } } }, STRATEGIC);
    }
    default:
      return undefined;
  }
}

/** `--dry-run=server` is a parameter of the request. */
function changesOf(args: readonly string[], pathOf: PathOf) {
  const words = args.filter((word) => word !== '--dry-run=server');
  const call = changeOf(words, pathOf);
  if (!call) return undefined;
  const isDry = words.length < args.length;
  return { output: '', calls: [isDry ? { ...call, path: `${call.path}&dryRun=All` } : call] };
}

async function sent(
  api: Api,
  args: readonly string[],
  input: string,
  pathOf: PathOf,
): Promise<CommandResult | undefined> {
  const output = await outputOf(api, args, pathOf);
  if (output !== undefined) return toResult([], output);
  if (await deleteAsKubectl(api, args, pathOf)) return toResult([]);
  const writes = changesOf(args, pathOf) ?? (await writesOf(api, args, input, pathOf));
  if (!writes) return undefined;
  const warnings: string[] = [];
  for (const { path, ...options } of writes.calls) warnings.push(...(await api.send(path, options)).warnings);
  return toResult(warnings, writes.output);
}

/**
 * Sends what kubectl sends for the commands that tests use most, without a process: that costs a hundredth of the time.
 * `test/lab/as-kubectl.test.ts` compares both.
 * @returns undefined if it does not know the command
 */
export async function asKubectl(
  api: Api,
  args: readonly string[],
  pathOf: PathOf,
  input = '',
): Promise<CommandResult | undefined> {
  try {
    return await sent(api, args, input, pathOf);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const result = { stdout: '', stderr: error.message, exitCode: 1 };
    throw new CommandError(['kubectl', ...args], 'was answered with an error', result);
  }
}
