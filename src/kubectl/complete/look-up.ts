import { Type } from 'typebox';
import { connect } from '../../api/connect.ts';
import { decoder } from '../../api/decode.ts';
import { METADATA_LIST } from '../../api/request.ts';
import { sourceFolder } from '../../cluster/object-reads.ts';
import { workloadFolder } from '../../cluster/workloads.ts';
import type { ConnectionValues } from '../../config/connection.ts';
import type { Io } from '../io.ts';
import { openSession } from '../session.ts';
import type { Asked } from './candidates.ts';

/** A person who has pressed Tab waits for it. */
const TIMEOUT_MS = 1500;
/** More than a person reads. */
const MOST_NAMES = 500;

const decodeNames = decoder(
  Type.Object({ items: Type.Array(Type.Object({ metadata: Type.Object({ name: Type.String() }) })) }),
  'a list of names',
);

function pathOf(asked: Asked, namespace: string): { resource: string; path: string } | undefined {
  switch (asked.kind) {
    case 'namespaces':
      return { resource: 'namespaces', path: '/api/v1/namespaces' };
    case 'workloads':
      return { resource: asked.of.resource, path: workloadFolder(asked.of, namespace) };
    case 'sources':
      return { resource: `${asked.of}s`, path: sourceFolder(asked.of, namespace) };
    default:
      return undefined;
  }
}

async function namesInCluster(asked: Asked, values: ConnectionValues, io: Io): Promise<string[]> {
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const session = openSession(values, { ...io, signal });
  try {
    const where = pathOf(asked, session.namespace);
    if (!where) return [];
    const path = `${where.path}?limit=${MOST_NAMES}`;
    // Metadata alone: no content of a Secret comes here.
    const request = { ...where, verb: 'list', path, accept: METADATA_LIST, signal } as const;
    const answer = await session.client.request(request);
    return answer.kind === 'found' ? decodeNames(answer.body).items.map(({ metadata }) => metadata.name) : [];
  } finally {
    await session.close();
  }
}

/**
 * Looks up names.
 * @throws LockstepError what reading a kubeconfig or the cluster throws
 */
export async function lookUp(asked: Asked, values: ConnectionValues, io: Io): Promise<readonly string[]> {
  if (asked.kind !== 'contexts' && asked.kind !== 'clusters' && asked.kind !== 'users')
    return namesInCluster(asked, values, io);
  const { kubeconfig } = connect({ kubeconfig: values.kubeconfig }, io.env);
  // An entry without a name is the choice of the flags.
  return kubeconfig.config[asked.kind].map(({ name }) => name).filter((name) => name !== '');
}
