/**
 * What lies between an ONNX thread and its owner. ONNX Runtime's addon aborts the process when its thread is ended during one of its
 * calls (it throws where nothing catches), so a thread is ended only behind a gate that is shut, and with nobody in it.
 */
export class Gate {
  /** To be handed to the thread, which opens a gate of its own on it. */
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  /** @param memory of the other side's gate; without it a new one, in which the thread is from the start, since it begins with loading */
  constructor(memory?: SharedArrayBuffer) {
    this.memory = memory ?? new SharedArrayBuffer(8);
    this.#words = new Int32Array(this.memory);
    if (memory === undefined) Atomics.store(this.#words, INSIDE, 1);
  }

  /** For the thread: whether it may call ONNX Runtime now; if so it has to `leave` afterwards. */
  enter(): boolean {
    Atomics.store(this.#words, INSIDE, 1);
    if (Atomics.load(this.#words, SHUT) === 0) return true;
    this.leave();
    return false;
  }

  leave(): void {
    Atomics.store(this.#words, INSIDE, 0);
    Atomics.notify(this.#words, INSIDE);
  }

  /** Nobody enters from now on. */
  shut(): void {
    Atomics.store(this.#words, SHUT, 1);
  }

  /** Resolves when nobody is in it. */
  async empty(): Promise<void> {
    while (Atomics.load(this.#words, INSIDE) === 1) await Atomics.waitAsync(this.#words, INSIDE, 1).value;
  }

  /** Holds this thread up until nobody is in it, at most so long. */
  waitEmpty(ms: number): void {
    Atomics.wait(this.#words, INSIDE, 1, ms);
  }
}

const INSIDE = 0;
const SHUT = 1;

/** A step of the largest heads on a busy machine takes a few seconds; more would be a hang. */
const MAX_WAIT_MS = 30_000;

const watched = new Set<Gate>();
let watches = false;

/** Has the exit of the process wait for whoever is in the gate, until the returned function is called. */
export function holdExit(gate: Gate): () => void {
  watched.add(gate);
  if (!watches) process.on('exit', shutAll);
  watches = true;
  return () => watched.delete(gate);
}

function shutAll(): void {
  for (const gate of watched) gate.shut();
  for (const gate of watched) gate.waitEmpty(MAX_WAIT_MS);
}
