import { inject } from 'vitest';
import { type ClusterClient, clusterClient } from '../../lab/control-plane/client.ts';

/** A client of the control plane that the test run has booted (see global-setup.ts). */
export const useCluster = (): ClusterClient => clusterClient(inject('cluster'));
