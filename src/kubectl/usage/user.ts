import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { LockstepError } from '../../errors.ts';
import { type Reference, references } from '../../references/references.ts';
import { type Keys, type SourceRef, sourceId } from '../../references/sources.ts';
import { type Usage, usages } from '../../references/usage.ts';
import { valueAt } from '../../workloads/fields.ts';
import { PodTemplate } from '../../workloads/pod-template.ts';
import { keysOf } from '../users.ts';

/** One user of one source. */
export interface Use extends SourceRef {
  readonly namespace: string;
  /** `deployment/web` */
  readonly by: string;
  /** Undefined: it uses the object, and no single key of it: to pull images, say. */
  readonly keys: Keys | undefined;
  readonly except: readonly string[];
  /** It works without the source. */
  readonly optional: boolean;
  /** Where it stands: field paths. */
  readonly places: readonly string[];
  /** What pods cannot start without. */
  readonly usage: Usage | undefined;
}

const isTemplate = Compile(PodTemplate);
const isNamed = Compile(Type.Object({ name: Type.String({ minLength: 1 }) }));

/** Names in a list of references to objects: `imagePullSecrets`. */
const namesIn = (list: unknown): readonly string[] =>
  Array.isArray(list) ? list.flatMap((each: unknown) => (isNamed.Check(each) ? [each.name] : [])) : [];

/** Uses of whole Secrets, which are not configuration of pods. */
export const secretUses = (
  namespace: string,
  by: string,
  names: readonly string[],
  place: string,
): readonly Use[] =>
  [...new Set(names)].map((name) => ({
    kind: 'secret',
    name,
    namespace,
    by,
    keys: undefined,
    except: [],
    optional: true,
    places: [place],
    usage: undefined,
  }));

/** The list at this path has the names of Secrets. */
export const secretsAt = (
  item: unknown,
  namespace: string,
  by: string,
  path: readonly string[],
): readonly Use[] => secretUses(namespace, by, namesIn(valueAt(item, path)), path.join('.'));

/** The uses that these references are. */
export function usesOf(all: readonly Reference[], namespace: string, by: string): readonly Use[] {
  const bySource = Map.groupBy(all, sourceId);
  return usages(all).map((usage) => ({
    kind: usage.kind,
    name: usage.name,
    namespace,
    by,
    keys: keysOf(usage),
    except: usage.except,
    optional: !usage.required,
    places: (bySource.get(sourceId(usage)) ?? []).map(({ where }) => where),
    usage,
  }));
}

/** The uses of a pod, or of the pods of a template. Undefined: it refers to more than lockstep looks at. */
export function podUses(template: unknown, namespace: string, by: string): readonly Use[] | undefined {
  const pulls = secretsAt(template, namespace, by, ['spec', 'imagePullSecrets']);
  if (!isTemplate.Check(template)) return pulls;
  try {
    return [...usesOf(references(template), namespace, by), ...pulls];
  } catch (error) {
    if (error instanceof LockstepError && error.code === 'WORKLOAD_TOO_LARGE') return undefined;
    throw error;
  }
}
