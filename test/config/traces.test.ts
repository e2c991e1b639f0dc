import { expect, test } from 'vitest';
import { TRACE_OPTIONS, tracesConfig } from '../../src/config/traces.ts';

const endpoint = TRACE_OPTIONS['--traces-endpoint'].value;
const sampling = TRACE_OPTIONS['--traces-sampling'].value;

test('there are no traces without an endpoint', () => {
  expect(tracesConfig({ tracesEndpoint: '', tracesSampling: 1 })).toBeUndefined();
  expect(tracesConfig({ tracesEndpoint: 'http://c:4318/v1/traces', tracesSampling: 0.5 })).toEqual({
    endpoint: 'http://c:4318/v1/traces',
    sampling: 0.5,
  });
});

test.each(['collector:4317', 'grpc://c', 'http://', 'x'])('"%s" is no endpoint', (given) => {
  expect(() => endpoint.parse(given, undefined)).toThrow('An endpoint is a URL');
});

test.each(['', ' ', '-1', '1.1', 'all', 'NaN'])('"%s" is no ratio', (given) => {
  expect(() => sampling.parse(given, undefined)).toThrow('A ratio is a number from 0 to 1');
});
