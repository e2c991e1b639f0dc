import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { pageDecoder, pages } from '../../api/pages.ts';
import { segment } from '../../api/path.ts';
import { allCopies } from '../../cluster/all-copies.ts';
import { sourceFolder } from '../../cluster/object-reads.ts';
import { SOURCE_RESOURCES } from '../../cluster/source-kinds.ts';
import { foreignReason } from '../../copies/genuine.ts';
import { CopyMeta } from '../../copies/manifest.ts';
import type { SourceContent } from '../../digest/source.ts';
import { COPY_LABEL } from '../../marks/names.ts';
import type { SourceKind } from '../../references/sources.ts';
import { unlessForbidden } from '../forbidden.ts';
import type { Session } from '../session.ts';

/** A copy that lockstep has made. Of a Secret only the metadata is read. */
export interface ReadCopy {
  readonly kind: SourceKind;
  readonly meta: CopyMeta;
  /** Undefined: it is not read. */
  readonly bytes: number | undefined;
}

/** A ConfigMap has up to 1 MiB. Pages that are too large are read in halves. */
const PAGE_SIZE = 100;
const decodePage = pageDecoder(Type.Unknown(), 'copies of ConfigMaps');
const isCopy = Compile(Type.Object({ metadata: CopyMeta }));

const bytesOf = ({ data, binaryData }: SourceContent): number =>
  Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0) +
  Object.values(binaryData).reduce((sum, text) => sum + Buffer.byteLength(text, 'base64'), 0);

async function* configMapCopies(
  { client, signal }: Session,
  namespace: string | undefined,
): AsyncGenerator<ReadCopy, void> {
  const { resource, decode } = SOURCE_RESOURCES.configmap;
  const path = `${sourceFolder('configmap', namespace)}?labelSelector=${segment(`${COPY_LABEL}=true`)}`;
  const options = { size: PAGE_SIZE, decode: decodePage };
  for await (const items of pages(client, { resource, path, signal }, options))
    for (const item of items)
      if (isCopy.Check(item))
        yield { kind: 'configmap', meta: item.metadata, bytes: bytesOf(decode(item).content) };
}

async function* secretCopies(
  { client, signal }: Session,
  namespace: string | undefined,
  onSkipped: (error: Error) => void,
): AsyncGenerator<ReadCopy, void> {
  for await (const page of allCopies(client).list('secret', namespace, signal, onSkipped))
    for (const meta of page) yield { kind: 'secret', meta, bytes: undefined };
}

/** The copies of a kind, each once, without objects that only look like copies. */
async function gather(read: AsyncIterable<ReadCopy>): Promise<readonly ReadCopy[]> {
  const found = new Map<string, ReadCopy>();
  for await (const copy of read)
    if (foreignReason(copy.kind, copy.meta) === undefined) found.set(copy.meta.uid, copy);
  return [...found.values()];
}

/**
 * Reads lockstep's copies.
 * @param namespace undefined: of all namespaces
 * @returns with notes about what could not be read
 */
export async function readCopies(
  session: Session,
  namespace: string | undefined,
): Promise<{ readonly copies: readonly ReadCopy[]; readonly notes: readonly string[] }> {
  const configMaps = await gather(configMapCopies(session, namespace));
  const notes: string[] = [];
  const onSkipped = (error: Error) => void notes.push(error.message);
  const read = () => gather(secretCopies(session, namespace, onSkipped));
  const secrets = await unlessForbidden(session, read, undefined);
  if (secrets) return { copies: [...configMaps, ...secrets], notes };
  return { copies: configMaps, notes: ['you may not list Secrets here, so their copies are left out'] };
}
