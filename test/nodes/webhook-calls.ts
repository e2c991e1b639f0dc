import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openApi } from '../../lab/control-plane/api.ts';
import type { ClusterClient } from '../../lab/control-plane/client.ts';

/** The API server's counts of its calls of lockstep's webhooks, since its start. */
export interface WebhookCalls {
  readonly answered: number;
  /**
   * Calls with a status other than 200: the API server could not use the answer, or could not reach lockstep.
   */
  readonly failed: number;
  /** Of the failed calls, those after which the API server let the user's call through unchecked. */
  readonly failedOpen: number;
  /** Calls of users that were refused because the webhook failed, not because it refused them. */
  readonly refusedForFailure: number;
  /** Lines of the API server's log about failed calls. */
  readonly logged: number;
}

const METRIC = /^(apiserver_admission_webhook_\w+)\{(.*)\} (\S+)$/;

export async function webhookCalls(cluster: ClusterClient): Promise<WebhookCalls> {
  const series = (await metrics(cluster)).flatMap((line) => {
    const [, name = '', labels = '', value = ''] = METRIC.exec(line) ?? [];
    return labels.includes('.lockstep.dev"') ? [{ name, labels, value: Number(value) }] : [];
  });
  const sum = (metric: string, counts: (labels: string) => boolean): number =>
    series
      .filter(({ name, labels }) => name === `apiserver_admission_webhook_${metric}` && counts(labels))
      .reduce((total, { value }) => total + value, 0);
  const log = await readFile(join(cluster.dir, 'kube-apiserver.log'), 'utf8');
  return {
    answered: sum('request_total', (labels) => labels.includes('code="200"')),
    failed: sum('request_total', (labels) => !labels.includes('code="200"')),
    failedOpen: sum('fail_open_count', () => true),
    refusedForFailure: sum('rejection_count', (labels) => !labels.includes('error_type="no_error"')),
    logged: log.split('\n').filter((line) => /failed calling webhook|Failed calling webhook/.test(line))
      .length,
  };
}

async function metrics(cluster: ClusterClient): Promise<readonly string[]> {
  const api = openApi(cluster);
  try {
    return (await (await api.open('/metrics')).text()).split('\n');
  } finally {
    await api.close();
  }
}

/** The difference between two moments. */
export function between(before: WebhookCalls, after: WebhookCalls): WebhookCalls {
  return {
    answered: after.answered - before.answered,
    failed: after.failed - before.failed,
    failedOpen: after.failedOpen - before.failedOpen,
    refusedForFailure: after.refusedForFailure - before.refusedForFailure,
    logged: after.logged - before.logged,
  };
}
