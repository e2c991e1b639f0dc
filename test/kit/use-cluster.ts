import { inject } from 'vitest';
import { type ClusterClient, type ClusterData, clusterClient } from '../../lab/control-plane/client.ts';
import { askAt } from './door.ts';

/**
 * The control plane of this worker: no other file uses it at the same time. Waited for here, so that `useCluster` need not.
 */
// Both ends are this folder's code, over a socket that nobody else holds: the rim where the answer gets its type.
const cluster = (await askAt(inject('clusters'), `/${process.env['VITEST_POOL_ID']}`)) as ClusterData;

const client = clusterClient(cluster);

/** A client of it. */
export const useCluster = (): ClusterClient => client;
