import { describe, expect, test } from 'vitest';
import { chartFile } from '../kit/chart/chart.ts';
import { documentedValues } from './documented-values.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

// The rim: a schema of another shape makes the tests below fail.
const SCHEMA = JSON.parse(await chartFile('values.schema.json')) as Schema;

const resolved = (schema: Schema): Schema =>
  schema.$ref === undefined ? schema : (SCHEMA.$defs?.[schema.$ref.replace('#/$defs/', '')] ?? {});

const properties = (schema: Schema, path: string): [string, Schema][] =>
  Object.entries(schema.properties ?? {}).map(([name, each]) => [
    path === '' ? name : `${path}.${name}`,
    resolved(each),
  ]);

/**
 * The paths of the values in the schema. It does not look into values that values.yaml documents as one
 * (`whole`).
 */
function known(schema: Schema, path: string, whole: ReadonlySet<string>): string[] {
  if (path === 'global') return [];
  if (whole.has(path) || schema.properties === undefined) return [path];
  return properties(schema, path).flatMap(([name, each]) => known(each, name, whole));
}

/** The paths below which the schema allows any name. */
function open(schema: Schema, path = ''): string[] {
  const below = [
    ...properties(schema, path),
    ...(schema.items ? [[`${path}[]`, resolved(schema.items)] as const] : []),
  ].flatMap(([name, each]) => open(each, name));
  const isObject = [schema.type].flat().includes('object');
  return isObject && (schema.additionalProperties ?? true) === true ? [path, ...below] : below;
}

describe('values.schema.json', () => {
  test('has exactly the values that values.yaml documents', async () => {
    const paths = await documentedValues();

    expect(known(SCHEMA, '', new Set(paths)).sort()).toEqual(paths.sort());
  });

  test('is closed at each level, except for structures of Kubernetes and Prometheus', () => {
    expect(open(SCHEMA).sort()).toEqual(
      [
        'global',
        'extraEnv[].valueFrom',
        'extraVolumes[]',
        'metrics.metricRelabelings[]',
        'metrics.relabelings[]',
        ...['nodeAffinity', 'podAffinity', 'podAntiAffinity'].map((name) => `affinity.${name}`),
        ...['seccompProfile', 'appArmorProfile', 'seLinuxOptions', 'windowsOptions'].flatMap((name) => [
          `podSecurityContext.${name}`,
          `securityContext.${name}`,
        ]),
        'podSecurityContext.sysctls[]',
      ].sort(),
    );
  });
});
