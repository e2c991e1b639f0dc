import type { AuditEvent } from '../../../lab/control-plane/audit.ts';
import { USED_AT } from '../../../src/marks/names.ts';
import type { Fault } from './fault.ts';

export type Forgery = 'perfect' | 'named';

/** What the checker knows of a write's surroundings. */
export interface World {
  /** `closed`: labelled `lockstep.dev/inject: disabled`, or excluded. */
  zoneOf(namespace: string): 'open' | 'closed';
  /** Who last created the object `RESOURCE/NAMESPACE/NAME`. undefined: nobody since the log began. */
  creatorOf(key: string): string | undefined;
  /**
   * `perfect`: a forged copy that nothing tells from a genuine one. `named`: one with the name and the note of a
   * genuine one, which the sweep goes by, and another content.
   */
  forgeryOf(key: string): Forgery | undefined;
}

export const LOCKSTEP = 'system:serviceaccount:lockstep:lockstep';
const WRITING = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

export const keyOf = ({ objectRef = {} }: AuditEvent): string =>
  `${objectRef.resource}/${objectRef.namespace}/${objectRef.name}`;

const succeeded = ({ responseStatus }: AuditEvent): boolean => {
  const code = responseStatus?.code ?? 0;
  return code >= 200 && code < 300;
};

export const isOwnWrite = (event: AuditEvent): boolean =>
  event.user.username === LOCKSTEP && WRITING.has(event.verb) && succeeded(event);

/** The paths of all leaves of a patch. */
function leavesOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, inner]) =>
    leavesOf(inner, path === '' ? key : `${path} > ${key}`),
  );
}

const OF_DEPLOYMENT =
  /^(metadata > (uid|resourceVersion)|(spec > template > )?metadata > annotations > lockstep\.dev\/[\w-]+)$/;
const OF_COPY = new Set([
  'metadata > uid',
  'metadata > resourceVersion',
  'metadata > ownerReferences',
  `metadata > annotations > ${USED_AT}`,
]);

function patchFaults(event: AuditEvent, allows: (leaf: string) => boolean): Fault[] {
  // The log has no bodies of ConfigMaps and Secrets, unless the policy of this run asks for them.
  const strays =
    event.requestObject === undefined ? [] : leavesOf(event.requestObject).filter((leaf) => !allows(leaf));
  if (strays.length === 0) return [];
  return [
    {
      rule: 'Own writes',
      namespace: event.objectRef?.namespace,
      kind: `${event.verb} ${event.objectRef?.resource}`,
      message: `lockstep changed ${keyOf(event)}: ${strays.join(', ')}`,
    },
  ];
}

const kindOfWrite = (event: AuditEvent): string => `${event.verb} ${event.objectRef?.resource}`;

/** Whether a forgery asked for this write. The sweep sees no content; a review does. */
function isAskedFor(event: AuditEvent, forgery: Forgery | undefined): boolean {
  if (forgery === undefined) return false;
  const isReservation = leavesOf(event.requestObject).some((leaf) => leaf.endsWith(USED_AT));
  return forgery === 'perfect' || !isReservation;
}

function sourceFaults(event: AuditEvent, world: World): Fault[] {
  const key = keyOf(event);
  const namespace = event.objectRef?.namespace;
  const kind = kindOfWrite(event);
  if (isAskedFor(event, world.forgeryOf(key))) return [];
  const what = `lockstep sent ${event.verb} for ${key}`;
  const faults: Fault[] = [];
  if (world.zoneOf(namespace ?? '') === 'closed')
    faults.push({ rule: 'Kept out', namespace, kind, message: `${what}, where it is kept out` });
  if (event.verb === 'create') return faults;
  const creator = world.creatorOf(key);
  const made = creator === undefined ? 'which it never made' : `which ${creator} made`;
  if (creator !== LOCKSTEP) faults.push({ rule: 'Hands off', namespace, kind, message: `${what}, ${made}` });
  if (event.verb === 'patch') faults.push(...patchFaults(event, (leaf) => OF_COPY.has(leaf)));
  return faults;
}

const OF_MANAGED_FIELDS = /^\/metadata\/managedFields\/\d+(\/manager|\/operation)?$/;

/** Whether a JSON Patch only takes an entry out of the field managers: lockstep gives its own fields up. */
function givesUpFields(patch: unknown): boolean {
  return (
    Array.isArray(patch) &&
    patch.every(
      ({ op, path }: { op?: unknown; path?: unknown }) =>
        (op === 'test' || op === 'remove') && typeof path === 'string' && OF_MANAGED_FIELDS.test(path),
    )
  );
}

function deploymentFaults(event: AuditEvent, world: World): Fault[] {
  if (givesUpFields(event.requestObject)) return zoneFaults(event, world);
  const faults = patchFaults(event, (leaf) => OF_DEPLOYMENT.test(leaf));
  return [...zoneFaults(event, world), ...faults];
}

function zoneFaults(event: AuditEvent, world: World): Fault[] {
  const { namespace = '' } = event.objectRef ?? {};
  if (world.zoneOf(namespace) === 'open') return [];
  const message = `lockstep sent ${event.verb} for ${keyOf(event)}, where it is kept out`;
  return [{ rule: 'Kept out', namespace, kind: kindOfWrite(event), message }];
}

/** Judges one write of lockstep's account that succeeded. Pure. */
export function ownWriteFaults(event: AuditEvent, world: World): Fault[] {
  const kind = kindOfWrite(event);
  switch (kind) {
    case 'create configmaps':
    case 'create secrets':
    case 'patch configmaps':
    case 'patch secrets':
    case 'delete configmaps':
    case 'delete secrets':
      return sourceFaults(event, world);
    case 'patch deployments':
      return deploymentFaults(event, world);
    case 'create events':
      return zoneFaults(event, world);
    case 'create leases':
    case 'update leases':
    case 'patch leases':
      return [];
    default: {
      const message = `lockstep has no reason to send ${event.verb} for ${keyOf(event)}`;
      return [{ rule: 'Own writes', namespace: event.objectRef?.namespace, kind, message }];
    }
  }
}
