import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { messageOf } from '../../errors.ts';
import { VERSION } from '../../version.ts';
import type { RunOffline } from '../command.ts';
import { isData, printData } from '../printing/output.ts';
import type { Session } from '../session.ts';
import type { VERSION_INFO } from './version-info.ts';

const isVersion = Compile(Type.Object({ gitVersion: Type.String() }));

/** What is printed. Absent: it is not known, or was not asked. */
interface Versions {
  readonly client: string;
  readonly server?: string;
  readonly kubernetes?: string;
}

async function readKubernetes({ client, signal }: Session): Promise<string | undefined> {
  const answer = await client.request({ verb: 'get', resource: 'version', path: '/version', signal });
  return answer.kind === 'found' && isVersion.Check(answer.body) ? answer.body.gitVersion : undefined;
}

const textOf = ({ client, server, kubernetes }: Versions): string =>
  [
    `Client Version: ${client}`,
    ...(server === undefined ? [] : [`lockstep Version: ${server}`]),
    ...(kubernetes === undefined ? [] : [`Kubernetes Version: ${kubernetes}`]),
    '',
  ].join('\n');

/** `kubectl lockstep version` */
export const version: RunOffline<(typeof VERSION_INFO)['options']> = async (io, { values }, open) => {
  const print = (versions: Versions) =>
    isData(values.output)
      ? printData(io, { apiVersion: 'kubectl.lockstep.dev/v1', kind: 'Version', ...versions }, values.output)
      : io.out(textOf(versions));
  if (values.client) {
    print({ client: VERSION });
    return 0;
  }
  const session = await open();
  try {
    const [{ version: server, note }, kubernetes] = await Promise.all([
      session.policy(),
      readKubernetes(session),
    ]);
    print({ client: VERSION, ...(server && { server }), ...(kubernetes && { kubernetes }) });
    if (note !== undefined) io.err(`note: ${note}\n`);
    if (note === undefined && server === undefined)
      io.err('warning: the version of lockstep is not published: is it an older one?\n');
    if (server !== undefined && server !== VERSION)
      io.err(
        `warning: this program is ${VERSION}, and lockstep is ${server}: use the same version for both\n`,
      );
    return note === undefined && server === VERSION ? 0 : 1;
  } catch (error) {
    print({ client: VERSION });
    io.err(`error: ${messageOf(error)}\n`);
    return 2;
  } finally {
    await session.close();
  }
};
