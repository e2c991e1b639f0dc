import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { findPrograms } from '../../lab/control-plane/binaries.ts';
import { orFailure } from '../../lab/control-plane/control-plane.ts';
import { eventually } from '../../lab/control-plane/eventually.ts';
import { freePort } from '../../lab/control-plane/ports.ts';
import { openKeeper } from '../../lab/keeper/keeper.ts';

/**
 * A fault that toxiproxy adds to a connection: toxiproxy's name for it, and its size. Times in ms, rates in
 * KB/s.
 */
export type Toxic =
  | { readonly type: 'latency'; readonly attributes: { readonly latency: number; readonly jitter?: number } }
  | { readonly type: 'reset_peer' | 'timeout'; readonly attributes: { readonly timeout: number } }
  | { readonly type: 'slow_close'; readonly attributes: { readonly delay: number } }
  | { readonly type: 'bandwidth'; readonly attributes: { readonly rate: number } }
  | { readonly type: 'limit_data'; readonly attributes: { readonly bytes: number } };

/**
 * No more bytes come through, and the connection stays, as after a cut cable or in a NAT that lost its state.
 */
export const HALF_OPEN: Toxic = { type: 'timeout', attributes: { timeout: 0 } };

/** A TCP proxy that passes everything on until a test adds a fault. */
export interface FaultProxy {
  readonly port: number;
  /**
   * `upstream` is what the client sends, `downstream` what the server answers. The fault affects open
   * connections, too.
   */
  harm(stream: 'upstream' | 'downstream', toxic: Toxic): Promise<void>;
  /** Closes every connection and accepts no more. */
  refuse(): Promise<void>;
  /** Ends all faults. */
  heal(): Promise<void>;
  stop(): Promise<void>;
}

const PROXY = 'faults';

/** Starts toxiproxy in front of a port of this machine. It ends with this process. */
export async function startFaultProxy(upstreamPort: number): Promise<FaultProxy> {
  const { 'toxiproxy-server': program } = await findPrograms(['toxiproxy-server']);
  const [apiPort, port] = [await freePort(), await freePort()];
  const keeper = await openKeeper(join(tmpdir(), 'lockstep-faults-'));
  const post = async (path: string, body: object = {}): Promise<void> => {
    const answer = await request(`http://127.0.0.1:${apiPort}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const said = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`toxiproxy: ${path}: ${answer.statusCode} ${said}`);
  };
  const [listen, upstream] = [`127.0.0.1:${port}`, `127.0.0.1:${upstreamPort}`];
  keeper.start({
    name: 'toxiproxy',
    command: program,
    args: ['-host', '127.0.0.1', '-port', String(apiPort)],
  });
  try {
    const make = () => post('/proxies', { name: PROXY, listen, upstream, enabled: true });
    const waiting = { what: 'toxiproxy answering', timeoutMs: 10_000 };
    await orFailure(keeper, (signal) => eventually(make, { ...waiting, signal }));
  } catch (error) {
    await keeper.stop();
    throw error;
  }
  return {
    port,
    harm: (stream, { type, attributes }) => post(`/proxies/${PROXY}/toxics`, { type, stream, attributes }),
    refuse: () => post(`/proxies/${PROXY}`, { enabled: false }),
    heal: () => post('/reset'),
    stop: keeper.stop,
  };
}
