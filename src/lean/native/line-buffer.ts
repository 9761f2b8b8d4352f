import { StringDecoder } from 'node:string_decoder';

/** Splits a byte stream into lines of any length. */
export class LineBuffer {
  private readonly decoder = new StringDecoder('utf8');
  private parts: string[] = [];

  /** The lines that this chunk completes, without line breaks. */
  push(chunk: Buffer): readonly string[] {
    const lines = this.decoder.write(chunk).split('\n');
    if (lines.length === 1) {
      this.parts.push(lines[0]!);
      return [];
    }
    const first = [...this.parts, lines[0]!].join('');
    this.parts = [lines.at(-1)!];
    return [first, ...lines.slice(1, -1)].map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  }

  /** What stands after the last line break; the stream is over. */
  rest(): string {
    const text = this.parts.join('') + this.decoder.end();
    this.parts = [];
    return text;
  }
}
