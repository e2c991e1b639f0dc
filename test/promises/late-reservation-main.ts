/** lockstep with bad luck: a copy that a review has found is deleted just before the review reserves it. */
import { Command } from 'commander';
import { apiClient } from '../../src/api/client.ts';
import { credentialSource, loadKubeConfig } from '../../src/api/credentials.ts';
import { pathOf } from '../../src/cluster/object-reads.ts';
import { compose } from '../../src/commands/compose.ts';
import { run } from '../../src/commands/serve.ts';
import { serveCommand } from '../../src/commands/serve-command.ts';
import { copyName } from '../../src/copies/name.ts';
import { withCopies } from '../kit/bugs-of-copies.ts';

await new Command('lockstep')
  .addCommand(
    serveCommand((config) => {
      const kubeConfig = loadKubeConfig(config.kubeconfig, process.env);
      const client = apiClient(credentialSource(kubeConfig), { observeApiCall: () => undefined });
      const program = compose(config);
      const reviewing = withCopies(program.reviewing, (copies) => ({
        async reserve(namespace, ref, owner, signal) {
          const path = pathOf(namespace, ref.kind, copyName(ref.name, ref.shortDigest));
          await client.request({ verb: 'delete', resource: 'configmaps', path, signal });
          return copies.reserve(namespace, ref, owner, signal);
        },
      }));
      return run({ ...program, reviewing });
    }),
  )
  .parseAsync();
