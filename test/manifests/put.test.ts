import { describe, expect, test } from 'vitest';
import { textWithEntry } from '../../src/manifests/put.ts';
import { deploymentYaml, HASH, markLines, SOURCES, webAfter } from '../kit/injected.ts';

const inner = markLines('        ');
const whole = `      annotations:\n${inner}`;
const json = JSON.stringify;

describe('everything but the marks stays byte for byte', () => {
  test.each([
    [
      'annotations',
      '    metadata:\n      annotations:\n        a: b\n',
      `    metadata:\n      annotations:\n${inner}        a: b\n`,
    ],
    [
      'a comment over the first one',
      '    metadata:\n      annotations: # why\n\n        # of a\n        a: b # c\n',
      `    metadata:\n      annotations: # why\n${inner}\n        # of a\n        a: b # c\n`,
    ],
    [
      'a block scalar among them',
      '    metadata:\n      annotations:\n        a: |+\n          x\n\n        b: c\n',
      `    metadata:\n      annotations:\n${inner}        a: |+\n          x\n\n        b: c\n`,
    ],
    [
      'no annotations',
      '    metadata:\n      labels: {a: b}\n',
      `    metadata:\n${whole}      labels: {a: b}\n`,
    ],
    ['annotations: {}', '    metadata:\n      annotations: {}\n', `    metadata:\n${whole}`],
    [
      'annotations: {} and a comment',
      '    metadata:\n      annotations: { } # none\n      labels: {}\n',
      `    metadata:\n      annotations: # none\n${inner}      labels: {}\n`,
    ],
    ['annotations: null', '    metadata:\n      annotations: null\n', `    metadata:\n${whole}`],
    [
      'annotations without a value',
      '    metadata:\n      annotations:\n      # a: b\n      name: x\n',
      `    metadata:\n${whole}      # a: b\n      name: x\n`,
    ],
    ['no metadata', '', `    metadata:\n${whole}`],
    ['metadata: {}', '    metadata: {}\n', `    metadata:\n${whole}`],
    ['metadata without a value', '    metadata:\n', `    metadata:\n${whole}`],
    [
      'quoted keys',
      '    "metadata":\n      \'annotations\':\n        "a": b\n',
      `    "metadata":\n      'annotations':\n${inner}        "a": b\n`,
    ],
    [
      'flow annotations',
      '    metadata: {annotations: {a: b}, labels: {c: d}}\n',
      `    metadata: {annotations: {lockstep.dev/config-hash: ${HASH}, lockstep.dev/config-sources: '${SOURCES}', a: b}, labels: {c: d}}\n`,
    ],
    [
      'flow metadata',
      '    metadata: {labels: {c: d},}\n',
      `    metadata: {annotations: {lockstep.dev/config-hash: ${HASH}, lockstep.dev/config-sources: '${SOURCES}'}, labels: {c: d},}\n`,
    ],
    [
      'flow and quoted',
      '    metadata: {"annotations": {}}\n',
      `    metadata: {"annotations": {"lockstep.dev/config-hash": "${HASH}", "lockstep.dev/config-sources": ${json(SOURCES)}}}\n`,
    ],
    [
      'old marks',
      `    metadata:\n      annotations:\n        lockstep.dev/config-sources: '{}' # s\n        lockstep.dev/config-hash: "v1-00"\n`,
      `    metadata:\n      annotations:\n        lockstep.dev/config-sources: '${SOURCES}' # s\n        lockstep.dev/config-hash: "${HASH}"\n`,
    ],
    [
      'old marks as block scalars',
      `    metadata:\n      annotations:\n        lockstep.dev/config-hash: >-\n          v1-00\n        lockstep.dev/config-sources: |\n          {}\n`,
      `    metadata:\n      annotations:\n${inner}`,
    ],
  ])('%s', async (_name, before, after) => {
    expect(await webAfter(deploymentYaml(before))).toBe(deploymentYaml(after));
  });

  test('CRLF', async () => {
    const crlf = (text: string) => text.replaceAll('\n', '\r\n');
    expect(await webAfter(crlf(deploymentYaml('    metadata:\n')))).toBe(
      crlf(deploymentYaml(`    metadata:\n${whole}`)),
    );
  });

  test('no newline at the end, a byte order mark, comments around documents, directives', async () => {
    const before = `\uFEFF# first\n${deploymentYaml('').trimEnd()}\n...\n# second\n%YAML 1.2\n---\n# third\na:   1 # x\n---\n\n---\n# last`;
    const after = await webAfter(before);
    expect(after.replace(`    metadata:\n${whole}`, '')).toBe(before);
    expect(await webAfter(deploymentYaml('').trimEnd())).toBe(
      deploymentYaml(`    metadata:\n${whole}`).trimEnd(),
    );
  });

  test('compact JSON stays compact', async () => {
    const before =
      '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"template":{"spec":{"containers":[{"envFrom":[{"configMapRef":{"name":"app"}}]}]}}}}';
    const marks = json({
      metadata: { annotations: { 'lockstep.dev/config-hash': HASH, 'lockstep.dev/config-sources': SOURCES } },
    });
    expect(await webAfter(before)).toBe(before.replace('"template":{', `"template":${marks.slice(0, -1)},`));
  });

  test('JSON indented by tabs', async () => {
    const value = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        template: {
          metadata: { annotations: {} },
          spec: { containers: [{ envFrom: [{ configMapRef: { name: 'app' } }] }] },
        },
      },
    };
    const marks = { 'lockstep.dev/config-hash': HASH, 'lockstep.dev/config-sources': SOURCES };
    const before = JSON.stringify(value, null, '\t');
    value.spec.template.metadata.annotations = marks;
    expect(await webAfter(before)).toBe(JSON.stringify(value, null, '\t'));
  });

  test('items of a list written behind their dashes', async () => {
    const item = (text: string) => `- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`;
    const list = (metadata: string) =>
      `kind: List\napiVersion: v1\nitems:\n${item(deploymentYaml(metadata))}`;
    expect(await webAfter(list('    metadata: {}\n'))).toBe(list(`    metadata:\n${whole}`));
  });
});

describe('a text that a splice cannot change is left for rewriting', () => {
  test.each([
    ['more than one document', 'a: 1\n---\nb: 1\n', ['a']],
    ['not well-formed', 'a: [1\n', ['a']],
    ['not a map', '- a\n', ['a']],
    ['a list where the path has none', 'a: {}\n', ['items', 0, 'a']],
  ])('%s', (_what, text, path) => {
    expect(textWithEntry(text, path, 'value')).toBeUndefined();
  });
});
