import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { issueCertificates } from '../../certs/issue.ts';
import { type Program, startProgram } from '../../lab/lockstep/program.ts';
import { exchange } from './raw-http.ts';
import { alteredReview, http, MARK, UPDATE } from './review-requests.ts';

/** No program listens there. Every read fails, and every review is answered nevertheless. */
const NO_API_SERVER = {
  'current-context': 'c',
  contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
  users: [{ name: 'u', user: {} }],
};

export interface Served extends Program {
  /**
   * It is alive and answers a valid review. These answers and the log since the last call contain neither
   * internals nor content of a body.
   */
  expectHealthy(answers?: readonly string[]): Promise<void>;
}

/**
 * The real program on a port of its own, without an API server, with all of its log.
 * @param flags additional ones
 * @param start starts the program with all flags
 */
export async function startServed(
  flags: readonly string[] = [],
  start: (flags: readonly string[]) => Promise<Program> = startProgram,
): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bad-input-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const notAfter = new Date(Date.now() + 3_600_000);
  const { cert, key } = await issueCertificates({ names: ['localhost'], addresses: ['127.0.0.1'], notAfter });
  const program = await start([
    ...['--port', '0', '--log-level', 'trace'],
    // The program retries reads for as long as a review may take. Here no read can succeed.
    ...['--deadline', '25ms'],
    ...['--tls-cert-file', file('tls.crt', cert), '--tls-private-key-file', file('tls.key', key)],
    ...['--kubeconfig', file('config', JSON.stringify(NO_API_SERVER))],
    ...flags,
  ]);
  let looked = 0;
  let asked = 0;
  return {
    ...program,
    async expectHealthy(answers = []) {
      asked += 1;
      const uid = `good-${asked}`;
      const answer = await exchange(program.port, http(alteredReview(UPDATE, '"u1"', JSON.stringify(uid))));
      expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('"allowed":true') });
      // Lines come in order. After this one, all earlier lines are there.
      await expect.poll(() => program.lines.slice(looked).some((line) => line.includes(uid))).toBe(true);
      const lines = program.lines.slice(looked);
      looked = program.lines.length;
      for (const text of [...answers, ...lines]) {
        expect(text).not.toContain('    at ');
        expect(text).not.toContain(MARK);
      }
    },
    async stop(signal) {
      const code = await program.stop(signal);
      rmSync(folder, { recursive: true, force: true });
      return code;
    },
  };
}
