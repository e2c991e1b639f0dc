import { InvalidArgumentError } from 'commander';
import type { OptionTable, Values, ValueType } from './option.ts';

const ENDPOINT: ValueType<string> = {
  valueName: 'url',
  parse(given) {
    if (given === '' || /^https?:\/\/[^\s/]+/.test(given)) return given;
    throw new InvalidArgumentError('An endpoint is a URL, for example http://collector:4318/v1/traces.');
  },
};

const RATIO: ValueType<number> = {
  valueName: 'ratio',
  parse(given) {
    const ratio = Number(given);
    if (given.trim() !== '' && ratio >= 0 && ratio <= 1) return ratio;
    throw new InvalidArgumentError('A ratio is a number from 0 to 1, for example 0.01.');
  },
};

export const TRACE_OPTIONS = {
  '--traces-endpoint': {
    value: ENDPOINT,
    default: '',
    description: 'where to send traces, by OTLP over HTTP: http://collector:4318/v1/traces',
  },
  '--traces-sampling': {
    value: RATIO,
    default: '0',
    description:
      'part of the traces that begin here which is recorded; of the API server’s traces, those that it records are',
  },
} as const satisfies OptionTable;

export const tracesConfig = ({ tracesEndpoint, tracesSampling }: Values<typeof TRACE_OPTIONS>) =>
  tracesEndpoint === '' ? undefined : { endpoint: tracesEndpoint, sampling: tracesSampling };
