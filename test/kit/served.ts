import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { issueCertificates } from '../../certs/issue.ts';
import { type Program, startProgram } from '../../lab/lockstep/program.ts';
import { exchange } from './raw-http.ts';
import { alteredReview, http, MARK, UPDATE } from './review-requests.ts';

/** Nothing listens there: every read fails, and every review is answered all the same. */
const NO_API_SERVER = {
  'current-context': 'c',
  contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
  users: [{ name: 'u', user: {} }],
};

export interface Served extends Program {
  /**
   * It lives and answers a good review; what it has logged since this was last asked, and these answers of it, tell
   * neither its insides nor what a body held.
   */
  expectWell(answers?: readonly string[]): Promise<void>;
}

/**
 * The real program, on a port of its own, without an API server; it logs all that it can.
 * @param flags further ones
 */
export async function startServed(flags: readonly string[] = []): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bad-input-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const notAfter = new Date(Date.now() + 3_600_000);
  const { cert, key } = await issueCertificates({ names: ['localhost'], addresses: ['127.0.0.1'], notAfter });
  const program = await startProgram([
    ...['--port', '0', '--log-level', 'trace'],
    // Reads are tried again for as long as a review may take: no use here, where none can succeed.
    ...['--deadline', '25ms'],
    ...['--tls-cert-file', file('tls.crt', cert), '--tls-private-key-file', file('tls.key', key)],
    ...['--kubeconfig', file('config', JSON.stringify(NO_API_SERVER))],
    ...flags,
  ]);
  let looked = 0;
  let asked = 0;
  return {
    ...program,
    async expectWell(answers = []) {
      asked += 1;
      const uid = `good-${asked}`;
      const answer = await exchange(program.port, http(alteredReview(UPDATE, '"u1"', JSON.stringify(uid))));
      expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('"allowed":true') });
      // Lines come in order: with this one, all from before it are there.
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
