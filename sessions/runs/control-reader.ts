import { closeSync, type FSWatcher, openSync, readSync, statSync, watch } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { type Control, controlSchema } from '../../src/run/control.ts';
import { storageFailure } from '../../src/storage/failure.ts';

const pollMs = 1000;
const chunkBytes = 1 << 16;

export interface ControlListener {
  readonly onControl: (control: Control) => void;
  /** A line that is no wish, or a file that cannot be read; told once each. */
  readonly onWarning: (message: string) => void;
}

/** Where the wishes of a run end now, in bytes; 0 when there are none. */
export function wishesSoFar(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Reads the wishes that are added to `control.jsonl`. */
export class ControlReader {
  readonly #path: string;
  readonly #listener: ControlListener;
  #timer: NodeJS.Timeout | null = null;
  #watcher: FSWatcher | null = null;
  #position: number;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';
  #hasFailed = false;

  /** @param position what stands before it was for an earlier process, in bytes */
  constructor(path: string, position: number, listener: ControlListener) {
    this.#path = path;
    this.#position = position;
    this.#listener = listener;
  }

  /** Reads what has been added already, and from now on what is. */
  open(): void {
    try {
      // Whoever wants to add a wish, and the watcher, need a file.
      closeSync(openSync(this.#path, 'a'));
      this.#watcher = watch(this.#path, () => this.readOn()).unref();
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      // No file can be made, or no more inotify watches are to be had: polling does it.
    }
    this.#timer = setInterval(() => this.readOn(), pollMs).unref();
    this.readOn();
  }

  readOn(): void {
    try {
      const file = openSync(this.#path, 'r');
      try {
        this.#readFrom(file);
      } finally {
        closeSync(file);
      }
      this.#hasFailed = false;
    } catch (error) {
      const { message } = storageFailure(error, this.#path, 'read');
      if (!this.#hasFailed) this.#listener.onWarning(message);
      this.#hasFailed = true;
    }
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#watcher?.close();
  }

  #readFrom(file: number): void {
    const chunk = Buffer.alloc(chunkBytes);
    for (let read = 1; read > 0; ) {
      read = readSync(file, chunk, 0, chunkBytes, this.#position);
      this.#position += read;
      this.#rest += this.#decoder.write(chunk.subarray(0, read));
    }
    const lines = this.#rest.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') this.#take(line);
  }

  #take(line: string): void {
    let json: unknown = null;
    try {
      json = JSON.parse(line);
    } catch {
      // Said below.
    }
    const control = controlSchema.safeParse(json);
    if (control.success) this.#listener.onControl(control.data);
    else this.#listener.onWarning(`control.jsonl holds no wish that is known: ${line.slice(0, 80)}`);
  }
}
