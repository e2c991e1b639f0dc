import type { Contents, Member } from '../../src/controller/entry.ts';
import { UNDONE } from '../../src/controller/other-content.ts';
import type { WorkloadView } from '../../src/controller/queue.ts';
import type { SourceKey, WorkloadKey } from '../../src/controller/source-state.ts';
import type { Progress } from '../../src/workloads/workload.ts';

/** What becomes of a rollout with this content. `slow`: it gets no further than its first pods. */
export type Quality = 'good' | 'bad' | 'slow';

export interface Content {
  readonly id: string;
  readonly quality: Quality;
}

export interface MadeUp {
  readonly member: Member;
  /** How long its rollout takes, in milliseconds. */
  readonly takesMs: number;
  /** It may roll in every second stretch of ten minutes. */
  readonly hasWindow: boolean;
  generation: number;
  template: Map<SourceKey, Content>;
  earlier: Map<SourceKey, Content>;
  startedMs: number;
  /** After an undo: the contents that it is held against. */
  heldAgainst: ReadonlyMap<SourceKey, Content> | undefined;
  isIdle: boolean;
  /** Its own fault: an image that does not exist. */
  isBroken: boolean;
  note: { readonly atMs: number; readonly moved: readonly SourceKey[] } | undefined;
}

const WINDOW_MS = 600_000;
/** After this, a controller says that a rollout has failed. */
const FAILS_AFTER_MS = 45_000;

/** A cluster of workloads and sources, as the controller may see and change it. */
export class Cluster implements WorkloadView {
  nowMs = 0;
  readonly sources = new Map<SourceKey, Content>();
  readonly workloads = new Map<WorkloadKey, MadeUp>();
  #contents = 0;

  /** @returns the new content */
  edit(source: SourceKey, quality: Quality): Content {
    this.#contents += 1;
    const content = { id: `c${this.#contents}`, quality };
    this.sources.set(source, content);
    return content;
  }

  add(of: Pick<MadeUp, 'member' | 'takesMs' | 'hasWindow'>): void {
    const template = this.liveFor(of);
    const rest = { startedMs: -1e9, heldAgainst: undefined, isIdle: false, isBroken: false, note: undefined };
    this.workloads.set(of.member.key, { ...of, ...rest, generation: 1, template, earlier: template });
  }

  #live(source: SourceKey): Content {
    return this.sources.get(source) ?? { id: 'absent', quality: 'good' };
  }

  isHeld({ member, heldAgainst }: MadeUp): boolean {
    return (
      heldAgainst !== undefined &&
      member.sources.every((source) => heldAgainst.get(source)?.id === this.#live(source).id)
    );
  }

  liveFor({ member }: Pick<MadeUp, 'member'>): Map<SourceKey, Content> {
    return new Map(member.sources.map((source) => [source, this.#live(source)]));
  }

  movedFor({ member, template }: MadeUp): readonly SourceKey[] {
    return member.sources.filter((source) => template.get(source)?.id !== this.#live(source).id);
  }

  /** A new template: that of a call, of the controller, or of an undo. */
  roll(of: MadeUp, template = this.liveFor(of)): void {
    of.earlier = of.template;
    of.template = template;
    of.generation += 1;
    of.startedMs = this.nowMs;
    of.heldAgainst = undefined;
  }

  progressOf({ template, startedMs, takesMs, isIdle, isBroken }: MadeUp): Progress {
    const ageMs = this.nowMs - startedMs;
    const qualities = new Set([...template.values()].map(({ quality }) => quality));
    if (isIdle) return 'complete';
    if (isBroken || qualities.has('bad')) return ageMs >= FAILS_AFTER_MS ? 'failed' : 'under-way';
    return qualities.has('slow') || ageMs < takesMs ? 'under-way' : 'complete';
  }

  contentsOf = ({ template }: MadeUp): Contents =>
    new Map([...template].map(([source, { id }]) => [source, id]));

  isOpen(key: WorkloadKey): boolean {
    return !this.workloads.get(key)?.hasWindow || Math.floor(this.nowMs / WINDOW_MS) % 2 === 1;
  }

  contentOf(key: WorkloadKey, source: SourceKey): string | undefined {
    const of = this.workloads.get(key);
    if (!of || of.isIdle) return undefined;
    return of.heldAgainst ? UNDONE : of.template.get(source)?.id;
  }

  isComplete(key: WorkloadKey): boolean {
    const of = this.workloads.get(key);
    return of !== undefined && this.progressOf(of) === 'complete';
  }
}
