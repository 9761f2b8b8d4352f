/** Tables of declarations written by hand, as a hostile prover might send them. See `Declarations.lean` for the format. */
export interface Tables {
  readonly names: readonly unknown[];
  readonly levels: readonly unknown[];
  readonly exprs: readonly unknown[];
  readonly decls: readonly unknown[];
}

/** A small language for terms: a name is a constant, a list is an application. */
export type Term =
  | string
  | readonly [Term, ...Term[]]
  | { readonly raw: readonly unknown[] }
  | { readonly constant: string; readonly levels: readonly string[] };

export interface Forged {
  readonly kind?: string;
  readonly name: string;
  readonly levels?: readonly string[];
  readonly type: Term;
  readonly value: Term;
  readonly hints?: unknown;
}

export function forge(decls: readonly Forged[]): Tables {
  const names: unknown[] = [null];
  const levels: unknown[] = [[0], [1, 0]];
  const exprs: unknown[] = [];
  const known = new Map<string, number>([['', 0]]);
  const name = (dotted: string): number => {
    const found = known.get(dotted);
    if (found !== undefined) return found;
    const cut = dotted.lastIndexOf('.');
    const row = [name(cut < 0 ? '' : dotted.slice(0, cut)), dotted.slice(cut + 1)];
    known.set(dotted, names.push(row) - 1);
    return names.length - 1;
  };
  const level = (text: string): number => (/^[01]$/.test(text) ? Number(text) : levels.push([4, name(text)]) - 1);
  const term = (t: Term): number => {
    if (typeof t === 'string') return exprs.push([2, name(t), []]) - 1;
    if ('raw' in t) return exprs.push(t.raw) - 1;
    if ('constant' in t) return exprs.push([2, name(t.constant), t.levels.map(level)]) - 1;
    const [head, ...args] = t;
    return args.reduce<number>((f, a) => exprs.push([3, f, term(a)]) - 1, term(head));
  };
  const rows = decls.map(({ kind = 'theorem', name: own, levels: params = [], type, value, hints }) => ({
    kind,
    name: name(own),
    levels: params.map(name),
    type: term(type),
    value: term(value),
    ...(hints !== undefined && { hints }),
  }));
  return { names, levels, exprs, decls: rows };
}
