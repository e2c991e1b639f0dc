/**
 * A process that the keeper has to run. Its output goes to `log`, and its pid into `<name>.pid` beside it.
 */
export interface ProcessSpec {
  /** Unique among the keeper's running processes. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly log: string;
}

/** From the owner to the keeper. */
export type Request =
  | { readonly kind: 'start'; readonly spec: ProcessSpec }
  /** Creates control groups of this name, which are removed after all processes have ended. */
  | { readonly kind: 'cgroups'; readonly name: string }
  | { readonly kind: 'kill'; readonly name: string; readonly signal: NodeJS.Signals }
  | { readonly kind: 'stop' };

/** From the keeper to its owner. */
export type Report =
  | { readonly kind: 'ready'; readonly dir: string }
  | { readonly kind: 'started'; readonly name: string; readonly pid: number }
  | { readonly kind: 'grouped'; readonly name: string; readonly failure: string | undefined }
  | { readonly kind: 'exited'; readonly name: string; readonly how: string };

// Both ends are code of this folder, and no other process has the channel. So messages get their types here.
export const asRequest = (message: unknown): Request => message as Request;
export const asReport = (message: unknown): Report => message as Report;
