import type { Container, PodTemplate, Volume } from '../workloads/pod-template.ts';
import {
  tooManyCharactersError,
  tooManyKeysError,
  tooManyPlacesError,
  tooManySourcesError,
} from './errors.ts';
import { LIMITS } from './limits.ts';
import type { Reference } from './references.ts';
import { sourceId } from './sources.ts';

type Text = string | null | undefined;

/** Adds up places and their characters. */
function tally() {
  let places = 0;
  let characters = 0;
  return (...texts: readonly Text[]) => {
    places += 1;
    for (const text of texts) characters += text?.length ?? 0;
    if (places > LIMITS.places) throw tooManyPlacesError();
    if (characters > LIMITS.characters) throw tooManyCharactersError();
  };
}

type Add = ReturnType<typeof tally>;

function addContainer(add: Add, { env, envFrom, volumeMounts }: Container): void {
  for (const { configMapRef, secretRef } of envFrom ?? [])
    if (configMapRef || secretRef) add(configMapRef?.name, secretRef?.name);
  for (const { valueFrom } of env ?? []) {
    const { configMapKeyRef: one, secretKeyRef: other } = valueFrom ?? {};
    if (one || other) add(one?.name, one?.key, other?.name, other?.key);
  }
  for (const { name, subPath, subPathExpr } of volumeMounts ?? []) add(name, subPath, subPathExpr);
}

function addVolume(add: Add, { name, configMap, secret, projected }: Volume): void {
  add(name, configMap?.name, secret?.secretName);
  for (const source of projected?.sources ?? []) add(source.configMap?.name, source.secret?.name);
  const selectors = [
    configMap,
    secret,
    ...(projected?.sources ?? []).flatMap((each) => [each.configMap, each.secret]),
  ];
  for (const selector of selectors) for (const { key, path } of selector?.items ?? []) add(key, path);
}

/**
 * Checks how much the template says about configuration, before anything else is done with it.
 * @throws LockstepError WORKLOAD_TOO_LARGE
 */
export function checkTemplateSize({ spec }: PodTemplate): void {
  const add = tally();
  for (const container of [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])])
    addContainer(add, container);
  for (const volume of spec?.volumes ?? []) addVolume(add, volume);
}

/**
 * The references, checked one after the other: it asks for no further one when a limit is passed.
 * @throws LockstepError WORKLOAD_TOO_LARGE
 */
export function toCheckedReferences(references: Iterable<Reference>): Reference[] {
  const checked: Reference[] = [];
  const ids = new Set<string>();
  let keys = 0;
  let characters = 0;
  for (const reference of references) {
    checked.push(reference);
    ids.add(sourceId(reference));
    if (ids.size > LIMITS.sources) throw tooManySourcesError();
    if (reference.keys === 'all') continue;
    keys += reference.keys.length;
    if (keys > LIMITS.keys) throw tooManyKeysError();
    for (const key of reference.keys) characters += key.length;
    if (characters > LIMITS.characters) throw tooManyCharactersError();
  }
  return checked;
}
