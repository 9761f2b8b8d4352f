import type { OpenValueModelResult, ValueModel, ValueRecord } from '../src/value/score/value-model.ts';

/** The value models that are open, by what they were asked for by: searches that use the same one share its queue and its energies. */
export class ValueShelf {
  readonly #open: (given: string) => Promise<OpenValueModelResult>;
  readonly #opened = new Map<string, Promise<OpenValueModelResult>>();
  #isClosed = false;

  /** @param open opens one by its name, folder or file */
  constructor(open: (given: string) => Promise<OpenValueModelResult>) {
    this.#open = open;
  }

  /** The model of that name, folder or file. One that could not be opened is tried again when it is asked for again. */
  async open(given: string): Promise<OpenValueModelResult> {
    const opening = this.#opened.get(given) ?? this.#open(given);
    this.#opened.set(given, opening);
    const opened = await opening;
    if (opened.kind !== 'valueModel' && this.#opened.get(given) === opening) this.#opened.delete(given);
    if (opened.kind === 'valueModel' && this.#isClosed) await opened.model.close();
    return opened;
  }

  /** The model that a search was recorded with, wherever it is now; another one does not do. */
  async openRecorded(record: ValueRecord): Promise<OpenValueModelResult> {
    const [first, second] = [await this.open(record.name), record.file];
    if (isOf(record, first)) return first;
    const other = second === undefined ? first : await this.open(second);
    if (isOf(record, other)) return other;
    if (other.kind !== 'valueModel') return first.kind === 'valueModel' ? changed(record, first.model) : first;
    return changed(record, other.model);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const opened = await Promise.all(this.#opened.values());
    await Promise.all(opened.map((one) => (one.kind === 'valueModel' ? one.model.close() : undefined)));
  }
}

function isOf({ hash }: ValueRecord, opened: OpenValueModelResult): boolean {
  return opened.kind === 'valueModel' && opened.model.hash === hash;
}

/** Another file stands under the name of a recorded model. */
function changed({ name, hash }: ValueRecord, { hash: now, file }: ValueModel): OpenValueModelResult {
  return {
    kind: 'mismatched',
    message: `the value model ${name} was ${hash.slice(0, 12)}, and ${file ?? 'what is called so'} is ${now.slice(0, 12)} now: its energies do not belong beside the recorded ones`,
  };
}
