import { type SourceRef, sourceId } from '../../../references/sources.ts';
import type { GivenContainer } from './exec-pod.ts';
import type { Given, GivenTo, Hidden, KeysOf } from './given.ts';

interface Provided {
  /** Undefined: it comes from no source. */
  readonly given: Given | undefined;
  /** `env MODE` */
  readonly by: string;
}

const refOf = (
  configMap: { readonly name?: string | null | undefined } | null | undefined,
  secret: { readonly name?: string | null | undefined } | null | undefined,
): SourceRef | undefined => {
  if (configMap?.name) return { kind: 'configmap', name: configMap.name };
  return secret?.name ? { kind: 'secret', name: secret.name } : undefined;
};

/** The variables of a container so far, and those that had to give way. */
function variablesOf() {
  const provided = new Map<string, Provided>();
  const hidden: Hidden[] = [];
  const unlisted: SourceRef[] = [];
  return {
    provided,
    hidden,
    unlisted,
    set(name: string, next: Provided): void {
      const before = provided.get(name)?.given;
      const isSame = before && next.given && sourceId(before.source) === sourceId(next.given.source);
      if (before && !(isSame && before.key === next.given?.key)) hidden.push({ hidden: before, by: next.by });
      provided.set(name, next);
    },
    /** From here on, nobody knows whether a variable that came before is still the one. */
    setUnlisted(source: SourceRef): void {
      unlisted.push(source);
      for (const [name, { given, by }] of provided)
        if (given) provided.set(name, { given: { ...given, perhapsHiddenBy: source }, by });
    },
  };
}
type Variables = ReturnType<typeof variablesOf>;

function addEnvFrom(variables: Variables, { envFrom }: GivenContainer, keysOf: KeysOf): void {
  for (const { prefix, configMapRef, secretRef } of envFrom ?? []) {
    const source = refOf(configMapRef, secretRef);
    if (!source) continue;
    const keys = keysOf(source)?.env;
    if (!keys) variables.setUnlisted(source);
    for (const key of keys ?? []) {
      const name = `${prefix ?? ''}${key}`;
      const given = { source, key, place: { kind: 'env', name }, required: false } as const;
      variables.set(name, { given, by: `envFrom ${sourceId(source)}` });
    }
  }
}

function addEnv(variables: Variables, { env }: GivenContainer, keysOf: KeysOf): void {
  for (const { name, valueFrom } of env ?? []) {
    const { configMapKeyRef, secretKeyRef } = valueFrom ?? {};
    const source = refOf(configMapKeyRef, secretKeyRef);
    const selector = configMapKeyRef ?? secretKeyRef;
    const by = `env ${name}`;
    if (!source || !selector) variables.set(name, { given: undefined, by });
    else {
      const { key } = selector;
      const required = selector.optional !== true;
      const isMissing = keysOf(source)?.env.includes(key) === false;
      // The kubelet goes on as if the entry were not there.
      if (isMissing && !required && variables.provided.has(name)) continue;
      variables.set(name, { given: { source, key, place: { kind: 'env', name }, required }, by });
    }
  }
}

/**
 * The environment variables that a container is given, as the kubelet makes them (kubelet_pods.go,
 * makeEnvironmentVariables): first `envFrom`, then `env`, and of one name the last. Only a `value` has its `$(VAR)`
 * expanded, and no key is one.
 */
export function givenEnv(container: GivenContainer, keysOf: KeysOf): GivenTo {
  const variables = variablesOf();
  addEnvFrom(variables, container, keysOf);
  addEnv(variables, container, keysOf);
  const given = [...variables.provided.values()].flatMap((each) => each.given ?? []);
  return { given, hidden: variables.hidden, unlisted: variables.unlisted };
}
