import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { hasCode } from '../../src/storage/failure.ts';
import { unforeseenFailure } from '../../src/storage/unforeseen-failure.ts';
import { TrainingReader } from '../training/training-reader.ts';
import type { ActionResult } from '../workbench.ts';
import { done, refused } from './search-desk.ts';
import type { OpenTraining, ShownTrainingStatus, TrainedKind, TrainingAction, TrainingLine } from './training-view.ts';

/** How often trainings are looked for, and how often the one that is looked at is read on. */
const listEveryMs = 3000;
const readEveryMs = 400;
const KINDS: readonly TrainedKind[] = ['ebm', 'ranker'];

interface Known {
  readonly id: string;
  readonly kind: TrainedKind;
  readonly name: string;
  readonly reader: TrainingReader;
}

/** The trainings of the home: their list, and the one that is looked at. */
export class TrainingDesk {
  readonly #home: string;
  readonly #onChange: () => void;
  readonly #known = new Map<string, Known>();
  #lines: readonly TrainingLine[] | null = null;
  #open: Known | null = null;
  #view: OpenTraining | null = null;
  #listing: NodeJS.Timeout | null = null;
  #reading: NodeJS.Timeout | null = null;
  /** Why trainings could not be looked for, if so. */
  #problem: string | null = null;
  #closed = false;

  /** @param onChange is called after each change of what is shown */
  constructor(home: string, onChange: () => void) {
    this.#home = home;
    this.#onChange = onChange;
  }

  /** Looks for trainings now and then. */
  start(): void {
    void this.#list();
  }

  /** Those that are worked on first, newest first; null before the first look. */
  get trainings(): readonly TrainingLine[] | null {
    return this.#lines;
  }

  get training(): OpenTraining | null {
    // What has not changed has been read all the same.
    return this.#view && { ...this.#view, readAt: Date.now() };
  }

  close(): void {
    this.#closed = true;
    if (this.#listing) clearTimeout(this.#listing);
    if (this.#reading) clearTimeout(this.#reading);
  }

  async act(action: TrainingAction): Promise<ActionResult> {
    return action.kind === 'openTraining' ? this.#openOne(action.training) : this.#stop();
  }

  async #openOne(given: string): Promise<ActionResult> {
    await this.#look();
    const lines = this.#lines ?? [];
    const line = given === 'last' ? lines[0] : (lines.find(({ id, name }) => id === given || name === given) ?? null);
    const found = line ?? lines.find(({ id, name }) => id.startsWith(given) || name.startsWith(given));
    const known = found && this.#known.get(found.id);
    if (!known)
      return refused(
        lines.length === 0
          ? (this.#problem ?? 'there is no training yet: ebm train begins one')
          : `there is no training ${JSON.stringify(given)}; there are ${lines.map(({ id }) => id).join(', ')}`,
      );
    this.#open = known;
    this.#view = viewOf(known);
    this.#readOn();
    return done();
  }

  #stop(): ActionResult {
    const { kind, name, reader } = this.#open ?? {};
    const holder = reader?.holder ?? null;
    if (holder === null) return refused('no process works on it');
    if (holder.host !== hostname()) return refused(`its process runs on ${holder.host}: stop it there`);
    try {
      process.kill(holder.pid, 'SIGTERM');
    } catch (error) {
      return refused(unforeseenFailure(error).message);
    }
    if (kind === 'ranker') return done('it ends, and nothing of it is kept; :ranker train begins another');
    return done(`it saves a checkpoint and ends; :ebm train --name ${name} --resume goes on with it`);
  }

  #readOn(): void {
    if (this.#reading || this.#closed || this.#open === null) return;
    this.#reading = setTimeout(async () => {
      this.#reading = null;
      const open = this.#open;
      if (open && (await open.reader.refresh()) && open === this.#open) {
        this.#view = viewOf(open);
        this.#onChange();
      }
      this.#readOn();
    }, readEveryMs).unref();
  }

  async #list(): Promise<void> {
    if (await this.#look()) this.#onChange();
    if (!this.#closed) this.#listing = setTimeout(() => void this.#list(), listEveryMs).unref();
  }

  async #look(): Promise<boolean> {
    const before = JSON.stringify(this.#lines);
    const ids = await this.#find();
    for (const id of [...this.#known.keys()]) if (!ids.has(id)) this.#known.delete(id);
    for (const [id, { kind, name }] of ids)
      if (!this.#known.has(id))
        this.#known.set(id, { id, kind, name, reader: new TrainingReader(join(this.#home, 'models', kind, name)) });
    const all = [...this.#known.values()];
    // The one that is looked at has a reader of its own pace.
    await Promise.all(all.filter((known) => known !== this.#open).map(({ reader }) => reader.refresh()));
    this.#lines = all.filter(isTraining).sort(inOrder).map(lineOf);
    return JSON.stringify(this.#lines) !== before;
  }

  async #find(): Promise<Map<string, { readonly kind: TrainedKind; readonly name: string }>> {
    const found = new Map<string, { readonly kind: TrainedKind; readonly name: string }>();
    this.#problem = null;
    for (const kind of KINDS) {
      const folder = join(this.#home, 'models', kind);
      const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
        if (!hasCode(error, 'ENOENT')) this.#problem = unforeseenFailure(error).message;
        return [];
      });
      for (const entry of entries)
        if (entry.isDirectory()) found.set(`${kind}/${entry.name}`, { kind, name: entry.name });
    }
    return found;
  }
}

/** A model without a log was imported, copied, or trained in one go. */
const isTraining = ({ reader }: Known): boolean =>
  reader.heardAt > 0 || reader.holder !== null || reader.problem !== null;

/** Those that are worked on keep their places, whichever was heard of last: a list that moves is hard to choose from. */
function inOrder(a: Known, b: Known): number {
  const begun = ({ reader }: Known): number => Date.parse(reader.state.opened?.createdAt ?? '') || reader.heardAt;
  const isBusy = ({ reader }: Known): number => (reader.holder === null ? 0 : 1);
  const byTime = a.reader.holder === null ? b.reader.heardAt - a.reader.heardAt : begun(b) - begun(a);
  return isBusy(b) - isBusy(a) || byTime || (a.id < b.id ? -1 : 1);
}

function statusOf({ state, holder, problem }: TrainingReader): ShownTrainingStatus {
  if (problem !== null && state.opened === null) return 'unreadable';
  if (state.ended !== null) return state.ended.status;
  if (holder === null) return 'interrupted';
  return state.phase === 'ended' ? 'done' : state.phase;
}

function lineOf({ id, kind, name, reader }: Known): TrainingLine {
  const { state, heardAt } = reader;
  return {
    id,
    kind,
    name,
    status: statusOf(reader),
    step: state.ended?.step ?? state.steps.at(-1)?.step ?? 0,
    steps: state.opened?.config.steps ?? 0,
    rank: state.best?.rank ?? null,
    warnings: state.warnings.length,
    heardAt,
  };
}

function viewOf({ id, kind, name, reader }: Known): OpenTraining {
  const { state, holder, heardAt, problem } = reader;
  return { id, kind, name, status: statusOf(reader), state, holder, heardAt, readAt: Date.now(), problem };
}
