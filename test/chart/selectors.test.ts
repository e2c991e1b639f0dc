import type { V1LabelSelector } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { CA_BUNDLE } from '../kit/chart/helm.ts';
import { webhooks } from '../kit/chart/rendered.ts';
import { OUTSIDE, PIN } from './variants.ts';

/** The expressions for the labels mode and on-error that belong to a webhook of this name. */
const onError = (name: string) => [
  {
    key: 'lockstep.dev/mode',
    operator: name.includes('-observe') ? 'In' : 'NotIn',
    values: ['observe'],
  },
  ...(/^(ceiling|node)|-observe/.test(name)
    ? []
    : [
        { key: 'lockstep.dev/on-error', operator: name.includes('-deny') ? 'In' : 'NotIn', values: ['deny'] },
      ]),
];

const NOT_DISABLED = { key: 'lockstep.dev/inject', operator: 'NotIn', values: ['disabled'] };

function notIn(...namespaces: string[]) {
  return { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: namespaces };
}

/**
 * Whether a namespace with these labels is selected. Knows In and NotIn, the only operators that the chart
 * uses.
 */
function selects(
  selector: V1LabelSelector | undefined,
  labels: Readonly<Record<string, string | undefined>>,
) {
  return (selector?.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const isOneOf = values.includes(labels[key] ?? '');
    return operator === 'In' ? isOneOf : !isOneOf;
  });
}

describe('the selectors', () => {
  test('exclude kube-system, lockstep’s own namespace, and disabled ones from every webhook', async () => {
    for (const each of await webhooks(OUTSIDE)) {
      expect(each.namespaceSelector).toEqual({
        matchExpressions: [notIn('kube-system', 'lockstep'), NOT_DISABLED, ...onError(each.name)],
      });
    }
  });

  test('exclude the own namespace whatever excludedNamespaces says, and name none twice', async () => {
    for (const [excludedNamespaces, namespaces] of [
      [[], ['lockstep']],
      [
        ['lockstep', 'z', 'a'],
        ['a', 'lockstep', 'z'],
      ],
    ] as const) {
      for (const each of await webhooks({ ...OUTSIDE, excludedNamespaces })) {
        expect(each.namespaceSelector?.matchExpressions?.[0]).toEqual(notIn(...namespaces));
      }
    }
  });

  test('can be narrowed by the user, but not widened', async () => {
    const matchLabels = { team: 'shop' };
    const expression = { key: 'tier', operator: 'Exists' };
    const selector = { matchLabels, matchExpressions: [expression] };
    const webhook = {
      url: 'https://127.0.0.1:9443',
      caBundle: CA_BUNDLE,
      namespaceSelector: selector,
      objectSelector: selector,
    };
    for (const each of await webhooks({ webhook })) {
      expect(each.objectSelector).toEqual(
        each.name.startsWith('template')
          ? { matchLabels, matchExpressions: [NOT_DISABLED, expression] }
          : undefined,
      );
      expect(each.namespaceSelector).toEqual({
        matchLabels,
        matchExpressions: [notIn('kube-system', 'lockstep'), NOT_DISABLED, expression, ...onError(each.name)],
      });
    }
  });

  test('of one webhook replace the common one', async () => {
    const [common, own] = [{ matchLabels: { who: 'all' } }, { matchLabels: { who: 'one' } }];
    const labels = { who: 'one' };
    for (const name of ['template', 'scale', 'node', 'ceiling']) {
      const webhook = { namespaceSelector: common, [name]: { namespaceSelector: own } };
      for (const each of await webhooks({ webhook })) {
        const { matchLabels, matchExpressions } = each.namespaceSelector ?? {};
        expect(matchLabels).toEqual(each.name.startsWith(name) ? labels : common.matchLabels);
        expect(matchExpressions?.[0]).toEqual(notIn('kube-system', 'lockstep'));
      }
    }
  });

  test('of pods ignore lockstep.dev/inject, because all pods of a ReplicaSet must read the same', async () => {
    const pods = (await webhooks({ ...OUTSIDE, ...PIN })).filter(({ name }) => name.startsWith('pod'));

    expect(pods.map(({ namespaceSelector }) => namespaceSelector)).toEqual(
      pods.map(({ name }) => ({ matchExpressions: [notIn('kube-system', 'lockstep'), ...onError(name)] })),
    );
    expect(pods).toHaveLength(3);
  });

  test('of pods can be narrowed by the user', async () => {
    const [common, own] = [{ matchLabels: { who: 'all' } }, { matchLabels: { who: 'one' } }];
    for (const [pod, { matchLabels }] of [
      [{}, common],
      [{ namespaceSelector: own }, own],
    ] as const) {
      const webhook = { namespaceSelector: common, pod };
      const pods = (await webhooks({ ...PIN, webhook })).filter(({ name }) => name.startsWith('pod'));
      expect(pods.map(({ namespaceSelector }) => namespaceSelector?.matchLabels)).toEqual(
        Array.from({ length: 3 }, () => matchLabels),
      );
    }
  });

  test('with pin send each namespace to one webhook for templates and one for scales', async () => {
    const entries = await webhooks({ ...OUTSIDE, ...PIN });
    for (const onErrorIs of [undefined, 'allow', 'deny']) {
      for (const pin of [undefined, 'enabled', 'disabled']) {
        const labels = { 'lockstep.dev/on-error': onErrorIs, 'lockstep.dev/pin': pin };
        const path = `${onErrorIs === 'deny' ? '-deny' : ''}${pin === 'enabled' ? '-pin' : ''}.lockstep.dev`;
        const asked = entries.filter((each) => selects(each.namespaceSelector, labels));

        expect(asked.map(({ name }) => name).filter((name) => /^(template|scale)/.test(name))).toEqual([
          `template${path}`,
          `scale${path}`,
        ]);
      }
    }
  });

  test.each(['enforce', 'observe'] as const)(
    'send each namespace of a cluster with the mode %s to the webhooks of its own mode, once',
    async (mode) => {
      const entries = await webhooks({ ...OUTSIDE, ...PIN, mode });
      for (const label of [undefined, 'enforce', 'observe', 'Observe']) {
        const isObserved = (label === 'enforce' || label === 'observe' ? label : mode) === 'observe';
        for (const onErrorIs of [undefined, 'deny'])
          for (const pin of [undefined, 'enabled']) {
            const labels = {
              'lockstep.dev/mode': label,
              'lockstep.dev/on-error': onErrorIs,
              'lockstep.dev/pin': pin,
            };
            const asked = entries.filter((each) => selects(each.namespaceSelector, labels));
            expect(asked.map(({ name }) => name.split(/[-.]/)[0]).sort()).toEqual([
              ...['ceiling', 'job', 'node', 'pod', 'scale', 'template'],
            ]);
            for (const { name, clientConfig, failurePolicy } of asked) {
              const ending = isObserved ? 'observe' : mode === 'observe' ? 'enforce' : undefined;
              expect(name.includes('-observe')).toBe(isObserved);
              if (ending !== undefined) expect(clientConfig.url).toMatch(new RegExp(`/${ending}$`));
              if (isObserved) expect(failurePolicy).toBe('Ignore');
            }
          }
      }
    },
  );

  test('of the ceiling can select ReplicaSets by the labels of their template', async () => {
    const selector = { matchLabels: { app: 'web' } };
    const rendered = await webhooks({ webhook: { ceiling: { objectSelector: selector } } });

    const ceilings = rendered.filter(({ name }) => name.startsWith('ceiling'));
    expect(ceilings.map((each) => each.objectSelector)).toEqual([selector, selector]);
  });
});
