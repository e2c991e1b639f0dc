import { describe, expect, test } from 'vitest';
import { fieldRefusal, type InvalidField } from '../../src/server/field-errors.ts';

const field = (instancePath: string, changes: Partial<InvalidField> = {}): InvalidField => ({
  keyword: 'type',
  instancePath,
  params: {},
  message: 'must be string',
  ...changes,
});
const missing = (instancePath: string, ...requiredProperties: string[]) =>
  field(instancePath, { keyword: 'required', params: { requiredProperties } });

describe('a body that does not fit', () => {
  test.each([
    [field(''), 'REVIEW_UNSUPPORTED', '/ must be string: '],
    [
      field('/apiVersion', { message: 'must be equal to constant' }),
      'REVIEW_UNSUPPORTED',
      '/apiVersion must be equal',
    ],
    [missing('', 'request', 'kind'), 'REVIEW_UNSUPPORTED', '/request is missing: '],
    [missing('/request', 'uid', 'object'), 'UID_MISSING', '/request/uid is missing: '],
    [field('/request/uid'), 'UID_MISSING', '/request/uid must be string: '],
    [
      field('/request/object/spec/replicas'),
      'REVIEW_INVALID',
      '/request/object/spec/replicas must be string: ',
    ],
    [missing('/request/object', 'spec'), 'REVIEW_INVALID', '/request/object/spec is missing: '],
    [field('/request/x', { message: undefined }), 'REVIEW_INVALID', '/request/x does not fit: '],
  ])('%j: %s', (invalid, code, start) => {
    const refusal = fieldRefusal('body', invalid);
    expect(refusal.code).toBe(code);
    expect(refusal.message.startsWith(start)).toBe(true);
  });

  test('is reported with a pointer that does not grow with the names in it', () => {
    const { message } = fieldRefusal('body', field(`/request/object/${'x'.repeat(1000)}`));
    expect(message).toContain('x… must be string');
    expect(message.length).toBeLessThan(350);
  });
});

test('a query that does not fit is reported as a query, whatever its field', () => {
  expect(fieldRefusal('querystring', field('/timeout')).code).toBe('QUERY_INVALID');
});
