import { depthChange } from './brackets.ts';
import type { DroppedText } from './extraction.ts';
import { type Line, textOfLines, withoutStart } from './line.ts';
import { notTactic } from './prose.ts';
import { alignFirst } from './structure.ts';

const THEOREM =
  /^(?:@\[[^\]]*\]\s*)*(?:(?:private|protected|noncomputable|nonrec|public|local)\s+)*(?:theorem|lemma|example)(?![\p{L}\p{N}_'.])/u;
const OTHER =
  /^(?:@\[[^\]]*\]\s*)*(?:(?:private|protected|noncomputable|unsafe|partial|scoped|local|public)\s+)*(?:def|abbrev|instance|structure|inductive|class|axiom|opaque|import|open|set_option|variables?|universe|namespace|section|end|attribute|notation|infix[lr]?|prefix|postfix|macro|macro_rules|syntax|elab|mutual|#\w+)(?:\s|$)/u;

export interface BodyResult {
  /** The lines of the proof; the first one may begin anywhere. */
  readonly lines: readonly Line[];
  readonly dropped: readonly DroppedText[];
}

/**
 * The proof in a piece of code: the code itself, or what stands after the `:= by` of a theorem in it. `theorem` names the one to
 * take; else the last is taken.
 */
export function proofBody(lines: readonly Line[], theorem: string | null, truncated: boolean): BodyResult {
  const starts = [...lines.keys()].filter((i) => isCommand(lines, i));
  const firstCommand = starts[0] ?? lines.length;
  const leading = lines.slice(0, firstCommand);
  const isCode = leading.some(({ mask }) => notTactic(mask) === null);
  const commands = starts.map((start, i) => lines.slice(start, starts[i + 1] ?? lines.length));
  const theorems = commands.filter(([first]) => first && THEOREM.test(first.mask));
  if (isCode || theorems.length === 0) {
    const tail = isCode ? [] : commands.flatMap((command) => restOf(command));
    const rest = isCode
      ? commands
      : commands.map((command) => command.slice(0, command.length - restOf(command).length));
    return { lines: withoutBy([...leading, ...tail]), dropped: rest.flatMap((one) => otherDeclaration(one)) };
  }
  const chosen = theorems.findLast((one) => nameOf(one) === lastPart(theorem)) ?? theorems.at(-1) ?? [];
  const others = [leading, ...commands.filter((command) => command !== chosen)];
  const dropped = others.flatMap((one) => otherDeclaration(one));
  const body = bodyOf(chosen);
  if (body !== null) return { lines: body, dropped };
  const text = textOfLines(chosen);
  return truncated
    ? { lines: [], dropped: [...dropped, { kind: 'truncated', message: 'the theorem is cut before its proof', text }] }
    : { lines: [], dropped: [...dropped, { kind: 'otherDeclaration', message: 'a theorem without a proof', text }] };
}

/** A theorem anywhere; other commands only where no tactic could be, since `open … in` and `set_option … in` are tactics too. */
function isCommand(lines: readonly Line[], i: number): boolean {
  const line = lines[i];
  if (!line) return false;
  if (THEOREM.test(line.mask)) return true;
  const outermost = Math.min(1, lines[0]?.indent ?? 0);
  if (line.indent > outermost || !OTHER.test(line.mask)) return false;
  if (!/^(?:open|set_option)\b.*\bin(?:\s|$)/.test(line.mask)) return true;
  const after = /\bin$/.test(line.mask) ? lines[i + 1]?.mask : line.mask.slice(line.mask.search(/\bin\s/) + 3);
  return after !== undefined && (THEOREM.test(after) || OTHER.test(after));
}

/** Of a command that is no theorem, the lines after its own that go on at its indentation. */
function restOf(command: readonly Line[]): readonly Line[] {
  const [first] = command;
  const next = command.findIndex((line, i) => i > 0 && line.indent <= (first?.indent ?? 0));
  return next < 0 ? [] : command.slice(next);
}

function otherDeclaration(lines: readonly Line[]): readonly DroppedText[] {
  if (lines.length === 0) return [];
  const isProse = lines.every(({ mask }) => notTactic(mask) !== null);
  const message = isProse
    ? 'words around the proof'
    : 'not part of the proof; what it declares is not there for the proof';
  return [{ kind: isProse ? 'proseOnly' : 'otherDeclaration', message, text: textOfLines(lines) }];
}

function nameOf([first]: readonly Line[]): string | null {
  return lastPart(/\b(?:theorem|lemma)\s+([^\s:({[]+)/u.exec(first?.text ?? '')?.[1] ?? null);
}

const lastPart = (name: string | null): string | null => name?.split('.').at(-1) ?? null;

/** The proof of a theorem; null when it has none. A term `t` becomes `exact t`. */
function bodyOf(command: readonly Line[]): readonly Line[] | null {
  let depth = 0;
  let fallback: readonly Line[] | null = null;
  for (const [i, line] of command.entries()) {
    for (const match of line.mask.matchAll(/:=|[()[\]{}⟨⟩⦃⦄]/gu)) {
      if (match[0] !== ':=') {
        depth += depthChange(match[0]);
        continue;
      }
      if (depth > 0) continue;
      const rest = withoutStart(line, match.index + 2);
      const after = [...(rest ? [rest] : []), ...command.slice(i + 1)];
      const [first] = after;
      if (first && /^by\b/.test(first.mask)) return withoutBy(after);
      fallback ??= first ? asTerm(after) : null;
    }
  }
  return fallback;
}

function asTerm(lines: readonly Line[]): readonly Line[] {
  return lines.map((line, i) =>
    i === 0
      ? { indent: 0, text: `exact ${line.text}`, mask: `exact ${line.mask}` }
      : { ...line, indent: Math.max(2, line.indent) },
  );
}

/** Without a `by` or `:= by` at the beginning. */
function withoutBy(lines: readonly Line[]): readonly Line[] {
  const [first, ...rest] = lines;
  const start = first && /^(?::=\s*)?by(?=\s|$)|^:=$/u.exec(first.mask)?.[0];
  if (!first || start === undefined) return lines;
  const left = withoutStart(first, start.length);
  if (left === null) return start === ':=' ? withoutBy(rest) : rest;
  return alignFirst([left, ...rest]);
}
