import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { type Api, ApiError } from '../control-plane/api.ts';
import { CommandError, type CommandResult } from '../control-plane/run.ts';

/** Where the API serves an object that a command names: `statefulset/web`, or `configmap app`. */
export type PathOf = (word: string, name?: string) => string | undefined;

interface Call {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
}

const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';

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
    case 'delete': {
      const path = words.length > 1 || isFlag ? undefined : pathOf(subject, words[0]);
      // It waits for the end of others, which have pods or finalizers.
      return path !== undefined && /\/(configmaps|secrets)\//.test(path)
        ? { method: 'DELETE', path }
        : undefined;
    }
    default:
      return undefined;
  }
}

const toResult = (warnings: readonly string[]): CommandResult => ({
  stdout: '',
  stderr: warnings.map((warning) => `Warning: ${warning}\n`).join(''),
  exitCode: 0,
});

/**
 * Sends what kubectl sends for the commands that tests use most, without a process: that costs a hundredth of the time.
 * Tests of Deployments use kubectl itself.
 * @returns undefined if it does not know the command
 */
export async function asKubectl(
  api: Api,
  args: readonly string[],
  pathOf: PathOf,
): Promise<CommandResult | undefined> {
  const call = changeOf(args, pathOf);
  if (!call) return undefined;
  const { path, ...options } = call;
  try {
    return toResult((await api.send(path, options)).warnings);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const result = { stdout: '', stderr: error.message, exitCode: 1 };
    throw new CommandError(['kubectl', ...args], 'was answered with an error', result);
  }
}

const isManifest = Compile(
  Type.Object({
    kind: Type.String(),
    metadata: Type.Object({
      name: Type.String(),
      annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
    }),
  }),
);
/** As Go writes maps: with their keys in order. kubectl compares the text. */
const sortedJson = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const NOT_FOUND = 404;

/**
 * Creates objects as `kubectl apply` does.
 * @returns undefined if one of them exists already, or is of another kind than tests use most
 */
export async function createAsKubectl(
  api: Api,
  objects: readonly object[],
  pathOf: PathOf,
): Promise<CommandResult | undefined> {
  const all: string[] = [];
  for (const object of objects) {
    if (!isManifest.Check(object)) return undefined;
    const { kind, metadata } = object;
    const path = pathOf(kind.toLowerCase(), metadata.name);
    if (path === undefined || (await exists(api, path))) return undefined;
    const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1];
    const applied = { ...object, metadata: { annotations: {}, ...metadata, namespace } };
    const annotations = { ...metadata.annotations, [LAST_APPLIED]: `${sortedJson(applied)}\n` };
    const body = { ...object, metadata: { ...metadata, annotations } };
    const collection = `${path.slice(0, path.lastIndexOf('/'))}?fieldManager=kubectl-client-side-apply`;
    all.push(...(await api.send(collection, { method: 'POST', body })).warnings);
  }
  return toResult(all);
}

async function exists(api: Api, path: string): Promise<boolean> {
  try {
    await api.send(path);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === NOT_FOUND) return false;
    throw error;
  }
}
