import type { Term } from './term.ts';

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const TOKEN = /\s*(?:([0-9]+)|([\p{L}_][\p{L}\p{N}_'₀-₉!?✝.]*|\.[\p{L}_][\p{L}\p{N}_'₀-₉]*)|(:=|=>|↦|<;>|\S))/uy;

/** Left and right binding power, as in Lean's own notation table. */
const INFIX: Readonly<Record<string, readonly [number, number]>> = {
  '→': [25, 25],
  '↔': [21, 21],
  '∨': [31, 30],
  '∧': [36, 35],
  '=': [51, 51],
  '≠': [51, 51],
  '<': [51, 51],
  '≤': [51, 51],
  '>': [51, 51],
  '≥': [51, 51],
  '∣': [51, 51],
  '∈': [51, 51],
  '×': [36, 35],
  '+': [65, 66],
  '-': [65, 66],
  '*': [70, 71],
  '/': [70, 71],
  '%': [70, 71],
  '^': [76, 75],
  '∘': [91, 90],
};
const BINDERS = new Set(['∀', '∃', 'fun', 'λ']);
const STOP = new Set([')', ']', '}', '⟩', ',', ':', ':=', '=>', '↦', 'then', 'else', 'with', 'in', 'from']);

class Unreadable extends Error {}

class Reader {
  private readonly source: string;
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(source: string) {
    this.source = source;
    const tokens: Token[] = [];
    TOKEN.lastIndex = 0;
    for (let m = TOKEN.exec(source); m; m = TOKEN.exec(source)) {
      const text = m[1] ?? m[2] ?? m[3] ?? '';
      tokens.push({ text, start: TOKEN.lastIndex - text.length, end: TOKEN.lastIndex });
    }
    this.tokens = tokens;
  }

  whole(): Term {
    const term = this.expression(0);
    if (this.at < this.tokens.length) throw new Unreadable();
    return term;
  }

  private peek(): string | undefined {
    return this.tokens[this.at]?.text;
  }

  private next(): Token {
    const token = this.tokens[this.at++];
    if (!token) throw new Unreadable();
    return token;
  }

  private expect(text: string): void {
    if (this.next().text !== text) throw new Unreadable();
  }

  private textFrom(start: number): string {
    return this.source.slice(start, this.tokens[this.at - 1]?.end ?? start);
  }

  private expression(minimum: number): Term {
    const start = this.tokens[this.at]?.start ?? 0;
    let left = this.prefix();
    for (;;) {
      const op = this.peek();
      const power = op === undefined ? undefined : INFIX[op];
      if (!op || !power || power[0] < minimum) return left;
      this.at++;
      const right = this.expression(power[1]);
      left = { kind: 'op', op, args: [left, right], text: this.textFrom(start) };
    }
  }

  private prefix(): Term {
    const start = this.tokens[this.at]?.start ?? 0;
    const head = this.peek();
    if (head === '¬') {
      this.at++;
      return { kind: 'op', op: '¬', args: [this.expression(40)], text: this.textFrom(start) };
    }
    if (head === '-') {
      this.at++;
      return { kind: 'op', op: 'neg', args: [this.expression(75)], text: this.textFrom(start) };
    }
    if (head !== undefined && BINDERS.has(head)) return this.binder();
    return this.application();
  }

  private binder(): Term {
    const open = this.next();
    const names: string[] = [];
    let type: string | undefined;
    let bound: { op: string; term: Term } | undefined;
    for (let token = this.peek(); token !== ',' && token !== '=>' && token !== '↦'; token = this.peek()) {
      if (token === '(' || token === '{' || token === '[') {
        this.at++;
        while (this.peek() !== ':') names.push(this.next().text);
        this.at++;
        type = this.skipBalanced(true);
        this.at++;
      } else if (token === ':') {
        this.at++;
        type = this.skipBalanced(false);
      } else if (token !== undefined && INFIX[token] && names.length > 0) {
        this.at++;
        bound = { op: token, term: this.expression(51) };
      } else names.push(this.next().text);
    }
    this.at++;
    const body = this.expression(0);
    const found = { kind: 'binder' as const, binder: open.text, names, body, text: this.textFrom(open.start) };
    return { ...found, ...(type !== undefined && { type }), ...(bound && { bound }) };
  }

  /** The text up to an unmatched closer or separator, for a type that is only passed on. */
  private skipBalanced(bracketed: boolean): string {
    const start = this.tokens[this.at]?.start ?? 0;
    for (let depth = 0; ; this.at++) {
      const token = this.peek();
      if (token === undefined) throw new Unreadable();
      if (depth === 0 && (')]}'.includes(token) || (!bracketed && (token === ',' || token === '=>')))) break;
      if ('([{'.includes(token)) depth++;
      else if (')]}'.includes(token)) depth--;
    }
    return this.textFrom(start);
  }

  private application(): Term {
    const start = this.tokens[this.at]?.start ?? 0;
    const head = this.atom();
    const args: Term[] = [];
    for (let token = this.peek(); token !== undefined && !INFIX[token] && !STOP.has(token); token = this.peek()) {
      if (token === 'fun') args.push(this.binder());
      else args.push(this.atom());
    }
    if (args.length === 0) return head;
    const text = this.textFrom(start);
    const method = head.kind === 'call' && head.head.text.startsWith('.');
    return method ? { ...head, args: [...head.args, ...args], text } : { kind: 'call', head, args, text };
  }

  private atom(): Term {
    const token = this.next();
    let term: Term;
    if (/^[0-9]/.test(token.text)) term = { kind: 'number', value: BigInt(token.text), text: token.text };
    else if (token.text === '(') {
      const parts = [this.expression(0)];
      while (this.peek() === ',') {
        this.at++;
        parts.push(this.expression(0));
      }
      if (this.peek() === ':') {
        this.at++;
        this.skipBalanced(true);
      }
      this.expect(')');
      const [only] = parts;
      term =
        parts.length === 1 && only
          ? { ...only, text: this.textFrom(token.start) }
          : { kind: 'op', op: 'tuple', args: parts, text: this.textFrom(token.start) };
    } else if (token.text === '↑') {
      term = { kind: 'op', op: '↑', args: [this.atom()], text: this.textFrom(token.start) };
    } else if (/^[\p{L}_]/u.test(token.text)) term = { kind: 'name', name: token.text, text: token.text };
    else throw new Unreadable();
    const suffix = this.tokens[this.at];
    if (suffix?.text.startsWith('.') && suffix.text.length > 1 && suffix.start === this.tokens[this.at - 1]?.end) {
      this.at++;
      const text = this.textFrom(token.start);
      const method: Term = { kind: 'name', name: `_${suffix.text}`, text: suffix.text };
      term =
        term.kind === 'name' ? { kind: 'name', name: text, text } : { kind: 'call', head: method, args: [term], text };
    }
    return term;
  }
}

/** Read what Lean printed. Never throws: text outside the known syntax becomes one `other` term. */
export function parseTerm(source: string): Term {
  try {
    return new Reader(source).whole();
  } catch (error) {
    if (error instanceof Unreadable) return { kind: 'other', text: source };
    throw error;
  }
}
