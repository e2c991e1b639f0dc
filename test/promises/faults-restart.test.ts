import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startCluster } from '../../lab/control-plane/cluster.ts';
import { setUp } from '../../lab/lockstep/lockstep.ts';
import { driftedSandbox, expectFullService } from './faults.ts';

describe('Invariant 5, never in the way: an API server after a restart', () => {
  test('gets full service for its first scale-up, without a restart of lockstep', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'lockstep-restart-'));
    // A cluster of its own, because the other tests would lose their watches.
    const cluster = await startCluster();
    try {
      const lockstep = await setUp(cluster, folder.path);
      await lockstep.apply();
      const program = await lockstep.start();
      try {
        await lockstep.register();
        const box = await driftedSandbox(lockstep);
        await cluster.restartApiServer();
        await expectFullService(box);
        // Only a user's calls. Controllers return before the API server is ready. Until it has read its RBAC
        // rules again, it answers 403 to the reads for a review of their calls.
        const failed = program.lines.filter((line) => line.includes('"msg":"not checked"'));
        expect(failed.filter((line) => !line.includes('"webhook":"ceiling"'))).toEqual([]);
      } finally {
        await program.stop();
      }
    } finally {
      await cluster.stop();
    }
  });
});
