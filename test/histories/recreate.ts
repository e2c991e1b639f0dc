import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Caller } from '../kit/caller.ts';
import { asTemplated } from './wire.ts';

/** How often to ask whether the garbage collector has released the revisions. */
const POLL_MS = 50;
/** It takes some ten milliseconds, and longer on a busy machine. */
const POLLS = 400;

/** client-go's RetryOnConflict with its default backoff, as the HPA and KEDA have it. */
const ATTEMPTS = 5;
const BACKOFF_MS = 10;
const CONFLICT = 409;

/** The object as a PUT without annotations or a version sends it. */
export function strippedObject(body: unknown): unknown {
  const read = asTemplated(body);
  if (!read) return body;
  const { annotations: _ours, resourceVersion: _any, ...metadata } = read.metadata;
  const { annotations: _marks, ...ofTemplate } = read.spec.template.metadata ?? {};
  return {
    ...read,
    metadata,
    spec: { ...read.spec, template: { ...read.spec.template, metadata: ofTemplate } },
  };
}

/** The object as it can be created again: without what only the API server writes. */
function again(body: unknown, kind: string, marked: boolean): object | undefined {
  const read = asTemplated(marked ? body : strippedObject(body));
  if (!read) return undefined;
  const { name, labels, annotations } = read.metadata;
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, ...(labels && { labels }), ...(annotations && { annotations }) },
    spec: read.spec,
  };
}

/**
 * Deletes a workload without its revisions, and creates it again as it was. It is gone only when its revisions and pods
 * have been released.
 */
export async function orphanAndCreate(
  call: Caller,
  folder: string,
  { name, kind, marked }: { readonly name: string; readonly kind: string; readonly marked: boolean },
): Promise<Answer> {
  const path = `${folder}/${name}`;
  const read = await call('GET', path);
  const object = again(read.body, kind, marked);
  if (!object) return read;
  await call('DELETE', `${path}?propagationPolicy=Orphan`);
  for (let poll = 0; poll < POLLS; poll += 1) {
    const { status } = await call('GET', path);
    if (status === 404) break;
    await sleep(POLL_MS);
  }
  return call('POST', folder, object);
}

/** Scales as client-go does: reads, writes back with the version that was read, and starts over at a conflict. */
export async function rescale(call: Caller, path: string, replicas: number): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const read = await call('GET', path);
    if (read.status !== 200 || typeof read.body !== 'object') return read;
    const answer = await call('PUT', path, { ...read.body, spec: { replicas } });
    if (answer.status !== CONFLICT || attempt === ATTEMPTS) return answer;
    await sleep(BACKOFF_MS);
  }
}
