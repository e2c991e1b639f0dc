import { expect, test } from 'vitest';
import { clockReport } from '../../src/api/clock-report.ts';
import { createLog } from '../../src/telemetry/log.ts';

test('a wrong clock is a line in the log when it begins and when it ends, and always a metric', () => {
  const lines: string[] = [];
  const offsets: number[] = [];
  const report = clockReport({
    log: createLog('info', { write: (line: string) => void lines.push(JSON.parse(line).msg) }),
    metrics: { setClockOffset: (offset) => offsets.push(offset) },
  });
  for (const seconds of [0, 119, 600, 601, -119, -121]) report(seconds * 1_000);
  expect(lines).toEqual([
    'the clock is 600 s ahead of the API server’s: correct the clock of this node (NTP)',
    'the clock agrees with the API server’s again',
    'the clock is 121 s behind the API server’s: correct the clock of this node (NTP)',
  ]);
  expect(offsets).toHaveLength(6);
});
