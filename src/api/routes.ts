import type { Dispatcher } from 'undici';
import type { Credentials } from './credentials.ts';
import { dispatcherFor, STREAMS } from './dispatcher.ts';
import { isSameRoute } from './pool.ts';

/** Ways to the API server for long answers: one connection for each of them. */
export interface Routes {
  /** The present way, if it leads where the credentials do. Otherwise a new one. */
  dispatcherFor(credentials: Credentials): Dispatcher;
  /** Closes all connections now. Streams under way fail. */
  close(): Promise<void>;
}

export function openRoutes(): Routes {
  const dispatchers = new Set<Dispatcher>();
  let current: { readonly credentials: Credentials; readonly dispatcher: Dispatcher } | undefined;

  /** Streams over the connections of another route go on until they end. */
  function leave(dispatcher: Dispatcher): void {
    const done = () => dispatchers.delete(dispatcher);
    dispatcher.close().then(done, done);
  }

  return {
    dispatcherFor(credentials) {
      if (current && isSameRoute(current.credentials, credentials)) return current.dispatcher;
      if (current) leave(current.dispatcher);
      const dispatcher = dispatcherFor(new URL(credentials.server).origin, credentials, STREAMS);
      current = { credentials, dispatcher };
      dispatchers.add(dispatcher);
      return dispatcher;
    },
    async close() {
      current = undefined;
      await Promise.all([...dispatchers].map((each) => each.destroy()));
      dispatchers.clear();
    },
  };
}
