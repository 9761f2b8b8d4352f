/** Cuts text that comes in pieces into lines. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(piece: string): void {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() as string;
    for (const line of lines) this.#onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  }

  /** A last line without its end is passed on too. */
  end(): void {
    const line = this.#rest;
    this.#rest = '';
    if (line !== '') this.#onLine(line);
  }
}

/** Reads server-sent events: calls back with the data of each, comments and other fields left out. */
export class EventReader {
  readonly #lines: LineSplitter;
  readonly #onData: (data: string) => void;
  #data: string[] = [];

  constructor(onData: (data: string) => void) {
    this.#onData = onData;
    this.#lines = new LineSplitter((line) => this.#line(line));
  }

  push(piece: string): void {
    this.#lines.push(piece);
  }

  /** An event that was cut off is passed on, for its reader to judge. */
  end(): void {
    this.#lines.end();
    this.#line('');
  }

  #line(line: string): void {
    if (line.startsWith('data:')) this.#data.push(line.slice(line[5] === ' ' ? 6 : 5));
    else if (line === '' && this.#data.length > 0) {
      const data = this.#data.join('\n');
      this.#data = [];
      this.#onData(data);
    }
  }
}
