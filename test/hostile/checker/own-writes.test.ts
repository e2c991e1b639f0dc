import { describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../../lab/control-plane/audit.ts';
import { kindOf } from './fault.ts';
import { type Forgery, isOwnWrite, LOCKSTEP, ownWriteFaults, type World } from './own-writes.ts';

const TENANT = 'system:serviceaccount:tenants:hostile-1';

/** A write of lockstep's account that succeeded. */
const write = (verb: string, resource: string, namespace: string, name: string, requestObject?: unknown) =>
  ({
    auditID: '1',
    stage: 'ResponseComplete',
    verb,
    requestURI: '/',
    requestReceivedTimestamp: '2026-01-01T00:00:00.000000Z',
    stageTimestamp: '2026-01-01T00:00:00.010000Z',
    user: { username: LOCKSTEP },
    objectRef: { resource, namespace, name },
    responseStatus: { code: 200 },
    requestObject,
  }) satisfies AuditEvent;

const FORGERIES: Readonly<Record<string, Forgery>> = {
  'app-lockstep-2': 'perfect',
  'app-lockstep-3': 'named',
};
/** `shop` is open, and lockstep made `app-lockstep-1` and a tenant everything else in it. */
const world: World = {
  zoneOf: (namespace) => (namespace === 'shop' ? 'open' : 'closed'),
  creatorOf: (key) => (key.endsWith('/app-lockstep-1') ? LOCKSTEP : TENANT),
  forgeryOf: (key) => FORGERIES[key.slice(key.lastIndexOf('/') + 1)],
};
const kindsOf = (event: AuditEvent) => ownWriteFaults(event, world).map(kindOf);
/** The body of a reservation. */
const USE = { metadata: { uid: '1', ownerReferences: [{}], annotations: { 'lockstep.dev/used-at': 'now' } } };
const marks = { 'lockstep.dev/config-hash': 'v1-1' };
const patch = (more: object = {}) => ({
  metadata: { resourceVersion: '1', annotations: { 'lockstep.dev/held': null } },
  spec: { template: { metadata: { annotations: marks } }, ...more },
});

describe('what lockstep may write:', () => {
  test.each<[string, AuditEvent]>([
    ['its annotations on a Deployment', write('patch', 'deployments', 'shop', 'web', patch())],
    [
      'the end of its own entry in the field managers',
      write('patch', 'deployments', 'shop', 'web', [
        { op: 'test', path: '/metadata/managedFields/2/manager', value: 'lockstep' },
        { op: 'remove', path: '/metadata/managedFields/2' },
      ]),
    ],
    ['a copy', write('create', 'configmaps', 'shop', 'app-lockstep-9')],
    ['the end of its own copy', write('delete', 'configmaps', 'shop', 'app-lockstep-1')],
    [
      'an owner on its own copy',
      write('patch', 'configmaps', 'shop', 'app-lockstep-1', {
        metadata: { uid: '1', ownerReferences: [{}] },
      }),
    ],
    ['the end of a forgery that nobody can tell', write('delete', 'configmaps', 'shop', 'app-lockstep-2')],
    ['the end of one with a right name and note', write('delete', 'configmaps', 'shop', 'app-lockstep-3')],
    [
      'the use of a forgery that nobody can tell',
      write('patch', 'configmaps', 'shop', 'app-lockstep-2', USE),
    ],
    ['an event', write('create', 'events', 'shop', 'web.1')],
    ['its Lease', write('update', 'leases', 'lockstep', 'lockstep')],
  ])('%s', (_, event) => {
    expect(kindsOf(event)).toEqual([]);
  });
});

describe('what breaks a rule:', () => {
  test.each<[string, AuditEvent, string[]]>([
    [
      'another field of a Deployment',
      write('patch', 'deployments', 'shop', 'web', patch({ replicas: 2 })),
      ['Own writes (patch deployments)'],
    ],
    [
      'another annotation',
      write('patch', 'deployments', 'shop', 'web', { metadata: { annotations: { note: 'x' } } }),
      ['Own writes (patch deployments)'],
    ],
    [
      'more than an entry of the field managers',
      write('patch', 'deployments', 'shop', 'web', [{ op: 'remove', path: '/metadata/managedFields' }]),
      ['Own writes (patch deployments)'],
    ],
    [
      'a whole map of annotations',
      write('patch', 'deployments', 'shop', 'web', {
        spec: { template: { metadata: { annotations: null } } },
      }),
      ['Own writes (patch deployments)'],
    ],
    [
      'a Deployment where it is kept out',
      write('patch', 'deployments', 'kube-system', 'web', patch()),
      ['Kept out (patch deployments)'],
    ],
    [
      'a copy where it is kept out',
      write('create', 'secrets', 'kube-system', 'db-lockstep-1'),
      ['Kept out (create secrets)'],
    ],
    [
      'an event where it is kept out',
      write('create', 'events', 'kube-system', 'e'),
      ['Kept out (create events)'],
    ],
    ['the end of a user’s object', write('delete', 'secrets', 'shop', 'db'), ['Hands off (delete secrets)']],
    [
      'a change of a user’s object',
      write('patch', 'configmaps', 'shop', 'app', { metadata: { ownerReferences: [] } }),
      ['Hands off (patch configmaps)'],
    ],
    [
      'the use of a forgery with another content',
      write('patch', 'configmaps', 'shop', 'app-lockstep-3', USE),
      ['Hands off (patch configmaps)'],
    ],
    [
      'the content of its own copy',
      write('patch', 'configmaps', 'shop', 'app-lockstep-1', { data: { a: '1' } }),
      ['Own writes (patch configmaps)'],
    ],
    [
      'all of a collection',
      write('deletecollection', 'configmaps', 'shop', ''),
      ['Own writes (deletecollection configmaps)'],
    ],
    ['a pod', write('delete', 'pods', 'shop', 'web-1'), ['Own writes (delete pods)']],
    ['a role', write('create', 'rolebindings', 'shop', 'mine'), ['Own writes (create rolebindings)']],
  ])('%s', (_, event, kinds) => {
    expect(kindsOf(event)).toEqual(kinds);
  });
});

describe('which events are writes of lockstep:', () => {
  const event = write('patch', 'deployments', 'shop', 'web');
  test.each<[string, AuditEvent, boolean]>([
    ['one that succeeded', event, true],
    ['one that was refused', { ...event, responseStatus: { code: 409 } }, false],
    ['one of somebody else', { ...event, user: { username: TENANT } }, false],
    ['a read', { ...event, verb: 'get' }, false],
  ])('%s: %s', (_, each, expected) => {
    expect(isOwnWrite(each)).toBe(expected);
  });
});
