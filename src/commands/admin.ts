import { adminServer } from '../server/admin-server.ts';
import { adminTls } from '../server/admin-tls.ts';
import type { Checks } from '../server/health.ts';
import { requireScraper } from '../server/scraper-answers.ts';
import type { Program } from './compose.ts';
import type { openIdentity } from './identity.ts';

const DAY_MS = 86_400_000;

/**
 * The kubelet probes the program from the start, and verifies no certificate. So until there is one, the port has one
 * of its own, which nobody trusts.
 */
async function firstPair() {
  const { makeAuthority } = await import('../certificates/x509.ts');
  return makeAuthority('lockstep until it has a certificate', new Date(Date.now() + DAY_MS));
}

/** Makes the server of health and metrics. Its certificate follows the webhook's. */
export async function openAdmin(
  { config, telemetry, scrapers }: Program,
  identity: Pick<Awaited<ReturnType<typeof openIdentity>>, 'follow'>,
  checks: Checks,
) {
  const tls = config.admin.tls ? adminTls(await firstPair()) : undefined;
  const onMetrics = scrapers && requireScraper(scrapers, telemetry);
  const admin = adminServer(checks, telemetry.metrics, { tls, onMetrics });
  if (tls) identity.follow(tls.renew);
  return admin;
}
