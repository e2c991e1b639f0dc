import { afterEach, expect, test } from 'vitest';
import { advance } from '../../src/certificates/advance.ts';
import type { CertificateObjects } from '../../src/certificates/ports.ts';
import { selfManaged } from '../../src/certificates/self-managed.ts';
import type { CertificateSource } from '../../src/certificates/source.ts';
import { type CertificateState, type SecretData, secretDataOf } from '../../src/certificates/state.ts';
import { createLog } from '../../src/telemetry/log.ts';

const DAY = 86_400_000;
const lifetimes = { authority: 2 * DAY, leaf: DAY };
const names = ['localhost'];
const madeAt = (now: number) => advance(undefined, 'start', { now, lifetimes, names });
const dataOf = (state: CertificateState): SecretData =>
  Object.fromEntries(
    Object.entries(secretDataOf(state)).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value]],
    ),
  );

/** A Secret and a registration that this test holds itself. */
function objects(data: SecretData) {
  const held = { data, version: 1, caBundles: new Map([['a', '']]) };
  const ports: CertificateObjects = {
    secret: {
      read: async () => ({ data: held.data, resourceVersion: String(held.version) }),
      async write(_read, entries) {
        const kept = Object.entries({ ...held.data, ...entries });
        held.data = Object.fromEntries(
          kept.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
        );
        held.version += 1;
        return 'written';
      },
    },
    registration: {
      read: async () => ({ caBundles: held.caBundles, resourceVersion: '1' }),
      async trust(_read, caBundle) {
        held.caBundles = new Map([['a', caBundle]]);
        return 'written';
      },
    },
  };
  return { held, ports };
}

let source: CertificateSource | undefined;
afterEach(() => source?.close());

function open(
  ports: CertificateObjects,
  { aheadMs = 0, onChange = () => undefined }: { aheadMs?: number; onChange?: (cert: string) => void } = {},
) {
  const [steps, errors]: [string[], string[]] = [[], []];
  const deps = {
    ...ports,
    names,
    lifetimes,
    clock: { now: () => Date.now(), offset: () => aheadMs },
    telemetry: {
      log: createLog('silent'),
      metrics: { countCertificateStep: (step: string) => steps.push(step) },
      reasonOf: String,
    },
  };
  const events = {
    onChange: ({ cert }: { cert: string }) => onChange(cert),
    onError: (error: unknown) => errors.push(String(error)),
  };
  source = selfManaged(deps, events);
  return { source, steps, errors };
}

test('a certificate that could not be taken into use is tried again, and is not healthy until then', async () => {
  const { ports } = objects(dataOf(await madeAt(Date.now())));
  const seen: boolean[] = [];
  const opened = open(ports, {
    onChange() {
      seen.push(opened?.source.isHealthy() ?? false);
      if (seen.length < 3) throw new Error('no');
    },
  });
  await expect.poll(() => seen.length).toBe(2);
  expect([opened.source.current(), opened.source.isHealthy()]).toEqual([undefined, false]);
  await expect.poll(() => opened.source.isHealthy()).toBe(true);
  expect(seen).toEqual([false, false, false]);
  expect(opened.errors).toEqual(['Error: no']);
});

test('a replica with a wrong clock takes no step, and serves what another makes', async () => {
  const { held, ports } = objects({});
  const { source: wrong, errors, steps } = open(ports, { aheadMs: 130_000 });
  await expect.poll(() => errors.join()).toContain('Correct the clock of this node (NTP)');
  expect([held.data, wrong.current(), wrong.isHealthy()]).toEqual([{}, undefined, false]);
  held.data = dataOf(await madeAt(Date.now()));
  await expect.poll(() => wrong.isHealthy()).toBe(true);
  expect(wrong.current()?.cert).toBe(held.data['tls.crt']);
  expect(new Set(steps)).toEqual(new Set(['error', 'trust']));
});

test.each([0, -110_000, 110_000])('a clock that is %i ms ahead is good enough', async (aheadMs) => {
  const { ports } = objects({});
  const { source: managed, steps } = open(ports, { aheadMs });
  await expect.poll(() => managed.isHealthy()).toBe(true);
  expect(steps).toEqual(['start', 'trust']);
});

test('an authority that is not valid yet is neither served nor trusted, and is replaced', async () => {
  const early = dataOf(await madeAt(Date.now() + 30 * DAY));
  const { held, ports } = objects(early);
  const taken: string[] = [];
  const { source: managed, errors } = open(ports, { onChange: (cert) => void taken.push(cert) });
  await expect.poll(() => managed.isHealthy()).toBe(true);
  expect(errors).toEqual(['Error: the Secret is invalid (ca.crt is not valid yet); replacing its contents']);
  expect(taken).toEqual([held.data['tls.crt']]);
  expect(taken).not.toContain(early['tls.crt']);
});
