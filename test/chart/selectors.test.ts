import type { V1LabelSelector } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { CA_BUNDLE } from './helm.ts';
import { webhooks } from './rendered.ts';
import { OUTSIDE, PIN } from './variants.ts';

/** What a webhook's name says of the namespaces' on-error label: those that say `deny`, or all but those. */
const onError = (name: string) =>
  name.startsWith('ceiling')
    ? []
    : [{ key: 'lockstep.dev/on-error', operator: name.includes('-deny') ? 'In' : 'NotIn', values: ['deny'] }];

const NOT_DISABLED = { key: 'lockstep.dev/inject', operator: 'NotIn', values: ['disabled'] };

function notIn(...namespaces: string[]) {
  return { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: namespaces };
}

/** Whether a namespace with these labels is selected; for In and NotIn, which is all that the chart says. */
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
  test('keep every webhook out of kube-system, the own namespace, and disabled ones', async () => {
    for (const each of await webhooks(OUTSIDE)) {
      expect(each.namespaceSelector).toEqual({
        matchExpressions: [notIn('kube-system', 'lockstep'), NOT_DISABLED, ...onError(each.name)],
      });
    }
  });

  test('keep the own namespace out whatever excludedNamespaces says, and name none twice', async () => {
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

  test('are narrowed by the user, and never widened', async () => {
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

  test('of one webhook stand in the place of the common one', async () => {
    const [common, own] = [{ matchLabels: { who: 'all' } }, { matchLabels: { who: 'one' } }];
    const labels = { who: 'one' };
    for (const name of ['template', 'scale', 'ceiling']) {
      const webhook = { namespaceSelector: common, [name]: { namespaceSelector: own } };
      for (const each of await webhooks({ webhook })) {
        const { matchLabels, matchExpressions } = each.namespaceSelector ?? {};
        expect(matchLabels).toEqual(each.name.startsWith(name) ? labels : common.matchLabels);
        expect(matchExpressions?.[0]).toEqual(notIn('kube-system', 'lockstep'));
      }
    }
  });

  test('of pods look past lockstep.dev/inject: those of one ReplicaSet read the same until it is gone', async () => {
    const pods = (await webhooks({ ...OUTSIDE, ...PIN })).filter(({ name }) => name.startsWith('pod'));

    expect(pods.map(({ namespaceSelector }) => namespaceSelector)).toEqual(
      pods.map(({ name }) => ({ matchExpressions: [notIn('kube-system', 'lockstep'), ...onError(name)] })),
    );
    expect(pods).toHaveLength(2);
  });

  test('of pods are narrowed by the user', async () => {
    const [common, own] = [{ matchLabels: { who: 'all' } }, { matchLabels: { who: 'one' } }];
    for (const [pod, { matchLabels }] of [
      [{}, common],
      [{ namespaceSelector: own }, own],
    ] as const) {
      const webhook = { namespaceSelector: common, pod };
      const pods = (await webhooks({ ...PIN, webhook })).filter(({ name }) => name.startsWith('pod'));
      expect(pods.map(({ namespaceSelector }) => namespaceSelector?.matchLabels)).toEqual([
        matchLabels,
        matchLabels,
      ]);
    }
  });

  test('with pin send each namespace to one of template’s webhooks, and to one of scale’s', async () => {
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

  test('of the ceiling can look at the labels of a ReplicaSet, which are its template’s', async () => {
    const selector = { matchLabels: { app: 'web' } };
    const rendered = await webhooks({ webhook: { ceiling: { objectSelector: selector } } });

    expect(rendered.at(-1)).toMatchObject({ name: 'ceiling.lockstep.dev', objectSelector: selector });
  });
});
