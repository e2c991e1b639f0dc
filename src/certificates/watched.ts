import { watch } from 'node:fs';
import { dirname } from 'node:path';
import { complaints } from '../telemetry/complaints.ts';

/**
 * Notifications can get lost (network file systems, replaced
 * folders), so lockstep also looks at this interval.
 */
const POLL_MS = 10_000;

/** One change causes several notifications: lockstep reads once there has been none for this long. */
const QUIET_MS = 100;

/**
 * Calls `look` when one of the files may have changed.
 * @returns a function that stops the watch
 */
function watchFiles(files: readonly string[], look: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const lookSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(look, QUIET_MS);
  };
  // It watches the folders and not the files: Kubernetes changes a
  // mounted Secret or ConfigMap by swapping a symbolic link beside them.
  const folders = new Set(files.map((file) => dirname(file)));
  const watchers = [...folders].map((folder) => watch(folder, lookSoon).on('error', () => undefined));
  const poll = setInterval(look, POLL_MS);
  return () => {
    clearTimeout(timer);
    clearInterval(poll);
    for (const watcher of watchers) watcher.close();
  };
}

/** A value in files that others maintain. */
export interface Watched<T> {
  readonly files: readonly string[];
  /** Reads and checks the files. Throws if they are not valid. The first value may have to meet less. */
  read(isFirst: boolean): Promise<T>;
  isSame(a: T, b: T): boolean;
  /** There is a new valid value: the first one, or one that differs from the last. */
  onChange(value: T): void;
  /**
   * The files are not valid now, so the current value stays. The
   * same error is reported once for as long as it lasts.
   */
  onError(error: unknown): void;
}

/**
 * Reads files now, and again when they change. Only a valid value replaces the current one.
 * @throws what `read` throws, if the first value is not valid
 */
export async function watchValue<T>(watched: Watched<T>): Promise<{ current(): T; close(): void }> {
  let current = await watched.read(true);
  let closed = false;
  const complain = complaints(watched.onError);
  watched.onChange(current);

  async function look(): Promise<void> {
    try {
      const value = await watched.read(false);
      if (closed || watched.isSame(value, current)) return;
      // If this throws, the value is not in use, and is tried again.
      watched.onChange(value);
      current = value;
    } catch (error) {
      if (!closed) complain.add(error);
    } finally {
      complain.endRound();
    }
  }

  const unwatch = watchFiles(watched.files, () => void look());
  return {
    current: () => current,
    close() {
      closed = true;
      unwatch();
    },
  };
}
