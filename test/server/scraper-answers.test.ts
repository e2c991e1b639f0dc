import { expect, test } from 'vitest';
import { adminServer } from '../../src/server/admin-server.ts';
import { requireScraper } from '../../src/server/scraper-answers.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

test('the log never has a token, not even if the API server repeats it', async () => {
  const lines: string[] = [];
  const log = createLog('debug', { write: (line: string) => void lines.push(line) });
  const onMetrics = requireScraper(
    {
      verdictOn: async (token) => {
        throw new Error(`bad request: "${token}"`);
      },
    },
    { log, reasonOf: String },
  );
  const app = adminServer({ listening: () => true }, createMetrics(), { onMetrics });
  const ask = (authorization: string) => app.inject({ url: '/metrics', headers: { authorization } });
  expect((await ask('Bearer hush-hush')).statusCode).toBe(503);
  expect(lines.join()).toContain('[token]');
  expect(lines.join()).not.toContain('hush-hush');
  for (const malformed of ['Basic YTpi', 'Bearer', 'Bearer a b', 'Bearer "x"'])
    expect((await ask(malformed)).statusCode).toBe(401);
  expect(lines).toHaveLength(1);
  expect((await app.inject('/livez')).statusCode).toBe(200);
  await app.close();
});
