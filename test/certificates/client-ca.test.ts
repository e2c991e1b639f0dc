import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openClientCa, readClientCa, trustsAllOf } from '../../src/certificates/client-ca.ts';
import { optionError, reasonOf } from '../../src/commands/settings.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { clientAuthority, clientPair } from '../kit/clients.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-client-ca-'));
const file = join(folder, 'ca.crt');
afterAll(() => rmSync(folder, { recursive: true }));

/** Reads the file, with errors as the program prints them. */
const readFile = () =>
  readClientCa(file).catch((error: unknown) => {
    throw optionError(error);
  });

describe('the file of client authorities', () => {
  test('may hold several, with text around them', async () => {
    const [one, two] = [await clientAuthority(), await clientAuthority()];
    writeFileSync(file, `# ours\n${one.ca}\nand theirs\n${two.ca}`);
    const ca = await readFile();
    expect([trustsAllOf(ca, one.ca), trustsAllOf(ca, two.ca)]).toEqual([true, true]);
    expect(trustsAllOf(one.ca, ca)).toBe(false);
  });

  test('is refused with the name of the option and the file, and never quoted', async () => {
    rmSync(file, { force: true });
    await expect(readFile()).rejects.toThrow(/^--client-ca-file: cannot read .*ca\.crt/);
    const authority = await clientAuthority();
    const leaf = await clientPair(authority);
    for (const content of [
      '',
      'nonsense',
      leaf.key,
      leaf.cert,
      `${authority.ca}\n${leaf.cert}`,
      authority.ca.slice(0, -40),
      `${authority.ca}\n${authority.ca.slice(0, -40)}`,
      authority.ca.replaceAll(/[a-z]/g, 'x'),
    ]) {
      writeFileSync(file, content);
      await expect(readFile()).rejects.toThrow(/^--client-ca-file: .*ca\.crt does not hold certificates of/);
    }
  });

  test('is taken into use when it has changed and is valid, and only then', async () => {
    const [one, two] = [await clientAuthority(), await clientAuthority()];
    writeFileSync(file, one.ca);
    const taken: string[] = [];
    const lines: string[] = [];
    const metrics = createMetrics();
    const log = createLog('info', { write: (line: string) => void lines.push(line) });
    const source = await openClientCa(file, { log, metrics, reasonOf }, (ca) => taken.push(ca));
    try {
      expect(taken).toHaveLength(1);
      writeFileSync(file, 'nonsense');
      await expect.poll(() => lines.join()).toContain('still using the previous ones');
      expect(taken).toHaveLength(1);
      writeFileSync(file, two.ca);
      await expect.poll(() => taken).toHaveLength(2);
      expect(trustsAllOf(source.current(), two.ca)).toBe(true);
      expect(lines.join()).toContain('checking client certificates against new authorities');
      const text = await metrics.registry.metrics();
      for (const result of ['ok', 'error']) {
        expect(text).toContain(`lockstep_certificate_reloads_total{result="${result}"} 1`);
      }
    } finally {
      source.close();
    }
  });
});
