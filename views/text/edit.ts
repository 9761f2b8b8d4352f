/** Text being typed, and where the next sign goes (UTF-16 index, always between graphemes). */
export interface Edit {
  readonly text: string;
  readonly cursor: number;
}

export const emptyEdit: Edit = { text: '', cursor: 0 };

export function editOf(text: string): Edit {
  return { text, cursor: text.length };
}

const graphemes = new Intl.Segmenter();

function before({ text, cursor }: Edit): number {
  const last = [...graphemes.segment(text.slice(0, cursor))].at(-1);
  return last ? last.index : 0;
}

function after({ text, cursor }: Edit): number {
  const [first] = graphemes.segment(text.slice(cursor));
  return cursor + (first?.segment.length ?? 0);
}

function wordStart({ text, cursor }: Edit): number {
  return text.slice(0, cursor).replace(/\S+\s*$/, '').length;
}

const lineStart = ({ text, cursor }: Edit): number => text.lastIndexOf('\n', cursor - 1) + 1;

function lineEnd({ text, cursor }: Edit): number {
  const end = text.indexOf('\n', cursor);
  return end === -1 ? text.length : end;
}

/** Puts text in at the cursor. */
function insert({ text, cursor }: Edit, added: string): Edit {
  return { text: text.slice(0, cursor) + added + text.slice(cursor), cursor: cursor + added.length };
}

function remove(edit: Edit, from: number, to: number): Edit {
  return { text: edit.text.slice(0, from) + edit.text.slice(to), cursor: from };
}

/** Moves the cursor a line up or down in a text of several lines; null when there is no such line. */
function moveLine(edit: Edit, by: -1 | 1): Edit | null {
  const start = lineStart(edit);
  const column = edit.cursor - start;
  if (by === -1) {
    if (start === 0) return null;
    const above = lineStart({ ...edit, cursor: start - 1 });
    return { ...edit, cursor: Math.min(above + column, start - 1) };
  }
  const end = lineEnd(edit);
  if (end >= edit.text.length) return null;
  return { ...edit, cursor: Math.min(end + 1 + column, lineEnd({ ...edit, cursor: end + 1 })) };
}

/** What a key does to the text; null when the key is none of an editor's. `many` allows line breaks. */
export function applyKey(edit: Edit, key: string, many: boolean): Edit | null {
  switch (key) {
    case 'left':
    case 'ctrl-b':
      return { ...edit, cursor: before(edit) };
    case 'right':
    case 'ctrl-f':
      return { ...edit, cursor: after(edit) };
    case 'home':
    case 'ctrl-a':
      return { ...edit, cursor: lineStart(edit) };
    case 'end':
    case 'ctrl-e':
      return { ...edit, cursor: lineEnd(edit) };
    case 'backspace':
    case 'ctrl-h':
      return remove(edit, before(edit), edit.cursor);
    case 'delete':
    case 'ctrl-d':
      return remove(edit, edit.cursor, after(edit));
    case 'ctrl-w':
      return remove(edit, wordStart(edit), edit.cursor);
    case 'ctrl-u':
      return remove(edit, lineStart(edit), edit.cursor);
    case 'ctrl-k':
      return remove(edit, edit.cursor, lineEnd(edit));
    case 'ctrl-j':
      return many ? insert(edit, '\n') : null;
    case 'up':
      return many ? moveLine(edit, -1) : null;
    case 'down':
      return many ? moveLine(edit, 1) : null;
    case 'space':
      return insert(edit, ' ');
    default:
      return isSign(key) ? insert(edit, key) : null;
  }
}

function isSign(key: string): boolean {
  const [first, ...others] = graphemes.segment(key);
  return first !== undefined && others.length === 0;
}
