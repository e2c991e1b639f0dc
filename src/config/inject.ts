import { deepFreeze } from './deep-freeze.ts';
import { configError } from './errors.ts';
import { NAMESPACE } from './names.ts';
import type { CommandRecord, OptionTable, Values } from './option.ts';
import { SCOPE_OPTIONS, scopeConfig } from './scope.ts';
import { SWITCH, text, texts } from './value-types.ts';

const OPTIONS = {
  '--filename': {
    short: '-f',
    value: texts('file'),
    env: false,
    description: 'manifests: files, directories, or - for standard input',
  },
  '--recursive': {
    short: '-R',
    value: SWITCH,
    env: false,
    description: 'also read the directories below those of -f',
  },
  '--kustomize': {
    short: '-k',
    value: text('directory'),
    env: false,
    description:
      'manifests: what kubectl or kustomize builds from this directory; not together with -f or -R',
  },
  '--namespace': {
    short: '-n',
    value: NAMESPACE,
    env: false,
    default: 'default',
    description: 'namespace of objects that name none',
  },
  ...SCOPE_OPTIONS,
  '--allow-missing-sources': {
    value: SWITCH,
    env: false,
    description:
      'count a ConfigMap or Secret that is not in the manifests as absent; ' +
      'without this, a workload that refers to one gets no annotations',
  },
  '--diff': {
    value: SWITCH,
    env: false,
    description:
      'print what would change as a unified diff; exit 1 if something would, 2 or more on an error',
  },
  '--check': {
    value: SWITCH,
    env: false,
    description:
      'print no documents; list what would change; exit 1 if something would, 2 or more on an error',
  },
} as const satisfies OptionTable;

export const INJECT = {
  name: 'inject',
  description: 'Write config hashes into manifests, without a cluster.',
  options: OPTIONS,
} as const satisfies CommandRecord;

/** The input of `inject`. */
export type ManifestInput =
  | { readonly kind: 'files'; readonly names: readonly string[]; readonly recursive: boolean }
  | { readonly kind: 'kustomization'; readonly directory: string };

type InjectValues = Values<typeof OPTIONS>;

function inputOf({ filename, recursive, kustomize }: InjectValues): ManifestInput {
  if (kustomize === undefined) {
    if (filename) return { kind: 'files', names: filename, recursive: recursive ?? false };
    const ways = 'a kustomization with -k, or name a file or directory with -f, or -f - for standard input';
    throw configError(`there is nothing to read: name ${ways}`);
  }
  if (filename) throw configError('-k and -f exclude each other');
  if (recursive) throw configError('-k and -R exclude each other');
  return { kind: 'kustomization', directory: kustomize };
}

/** The options of `lockstep inject`, validated and frozen. */
export type InjectConfig = ReturnType<typeof injectConfig>;

/** @throws LockstepError CONFIG_INVALID, which names the options that do not fit each other */
export const injectConfig = (values: InjectValues) =>
  deepFreeze({
    input: inputOf(values),
    namespace: values.namespace,
    ...scopeConfig(values),
    /** Count sources that are not in the manifests as absent. */
    allowMissing: values.allowMissingSources ?? false,
    /** Print a unified diff instead of the documents. */
    diff: values.diff ?? false,
    /** Print no documents. */
    check: values.check ?? false,
  });
