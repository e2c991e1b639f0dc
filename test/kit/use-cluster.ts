import { inject } from 'vitest';
import { type ClusterClient, type ClusterData, clusterClient } from '../../lab/control-plane/client.ts';
import { askAt } from './door.ts';

/**
 * The control plane of this worker, which no other file uses at the same time. The wait is here, so that
 * `useCluster` needs none.
 */
// Both ends are code of this folder, and no other process has the socket. So the answer gets its type here.
const cluster = (await askAt(inject('clusters'), `/${process.env['VITEST_POOL_ID']}`)) as ClusterData;

const client = clusterClient(cluster);

/** A client of that control plane. */
export const useCluster = (): ClusterClient => client;
