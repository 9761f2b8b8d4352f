import { selectFamilies } from '../sessions/select/families.ts';
import { nextMatch, setFilter } from './actions/find.ts';
import type { Deck } from './deck.ts';
import { applyKey, type Edit, editOf, emptyEdit } from './text/edit.ts';
import type { Overlay } from './ui.ts';

/** A line that the prompt offers, and what it does. */
export interface Suggestion {
  readonly line: string;
  readonly note: string;
}

/** What the overlays need beyond the deck. */
export interface OverlayHost extends Deck {
  close(): void;
  suggestions(): readonly Suggestion[];
  submitPrompt(line: string): void;
  /** Lines of the server panel. */
  serverRows(): number;
  /** Lines of the open help, and how many of them show. */
  helpRows(): { readonly all: number; readonly shown: number };
  /** The movement that a key means, so that remapped keys work in overlays too. */
  movement(key: string): 'down' | 'up' | 'pageDown' | 'pageUp' | 'first' | 'last' | null;
}

/** Gives a key to the open overlay. */
export function overlayKey(host: OverlayHost, overlay: Overlay, key: string): void {
  if (key === 'escape' || key === 'ctrl-c') {
    leave(host, overlay);
    return;
  }
  switch (overlay.kind) {
    case 'prompt':
      promptKey(host, overlay, key);
      return;
    case 'tactic':
    case 'statement':
      blockKey(host, overlay, key);
      return;
    case 'filter':
      filterKey(host, overlay, key);
      return;
    case 'help':
      helpKey(host, overlay, key);
      return;
    case 'families':
      familiesKey(host, overlay, key);
      return;
    case 'pager':
      pagerKey(host, overlay, key);
      return;
    case 'servers':
      serversKey(host, overlay, key);
      return;
    case 'confirm':
      host.close();
      if (key !== 'y' && key !== 'Y') host.notify('info', 'nothing was done');
      else if (overlay.action === 'quit') host.quit();
      else host.act(overlay.action);
      return;
  }
}

/** Pasted text goes in as it is; where only one line fits, its breaks become blanks. It is never read as keys. */
export function overlayPaste(host: OverlayHost, overlay: Overlay, text: string): void {
  const put = ({ text: before, cursor }: Edit, added: string): Edit => ({
    text: before.slice(0, cursor) + added + before.slice(cursor),
    cursor: cursor + added.length,
  });
  switch (overlay.kind) {
    case 'tactic':
    case 'statement':
      host.open({ ...overlay, edit: put(overlay.edit, text) });
      return;
    case 'prompt':
      host.open({ ...overlay, edit: put(overlay.edit, oneLine(text)), picked: null, past: null });
      return;
    case 'filter': {
      const edit = put(overlay.edit, oneLine(text));
      setFilter(host, overlay.target, edit.text);
      host.open({ ...overlay, edit });
      return;
    }
    case 'help':
      host.open({ ...overlay, filter: put(overlay.filter, oneLine(text)), top: 0 });
      return;
    default:
      return;
  }
}

const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, ' ');

function leave(host: OverlayHost, overlay: Overlay): void {
  if (overlay.kind === 'filter') setFilter(host, overlay.target, overlay.before);
  if (overlay.kind === 'confirm') host.notify('info', 'nothing was done');
  if (overlay.kind === 'help' && overlay.filter.text !== '') host.open({ ...overlay, filter: emptyEdit, top: 0 });
  else host.close();
}

function promptKey(host: OverlayHost, overlay: Extract<Overlay, { kind: 'prompt' }>, key: string): void {
  if (key === 'enter') {
    host.close();
    const line = overlay.edit.text.trim();
    if (line !== '') host.submitPrompt(line);
    return;
  }
  if (key === 'up' || key === 'down') {
    recall(host, overlay, key === 'up' ? 1 : -1);
    return;
  }
  if (key === 'tab' || key === 'shift-tab') {
    const suggestions = host.suggestions();
    if (suggestions.length === 0) return;
    const step = key === 'tab' ? 1 : -1;
    const picked =
      overlay.picked === null
        ? step === 1
          ? 0
          : suggestions.length - 1
        : (overlay.picked + step + suggestions.length) % suggestions.length;
    host.open({ ...overlay, edit: editOf(suggestions[picked]!.line), picked });
    return;
  }
  if (key === 'backspace' && overlay.edit.text === '') {
    host.close();
    return;
  }
  const edit = applyKey(overlay.edit, key, false);
  if (edit) host.open({ ...overlay, edit, draft: edit.text, picked: null, past: null });
}

function recall(host: OverlayHost, overlay: Extract<Overlay, { kind: 'prompt' }>, by: 1 | -1): void {
  const { history } = host.snapshot;
  const past = (overlay.past ?? -1) + by;
  if (past >= history.length) return;
  if (past < 0) {
    host.open({ ...overlay, past: null, edit: editOf(overlay.draft), picked: null });
    return;
  }
  host.open({ ...overlay, past, edit: editOf(history[history.length - 1 - past]!), picked: null });
}

function blockKey(host: OverlayHost, overlay: Extract<Overlay, { kind: 'tactic' | 'statement' }>, key: string): void {
  if (key === 'enter') {
    const text = overlay.edit.text.trim();
    host.close();
    if (text === '') {
      host.notify('info', 'nothing was typed');
      return;
    }
    if (overlay.kind === 'tactic') tryTactic(host, overlay.node, text);
    else host.submitPrompt(`step ${quoted(text)}`);
    return;
  }
  const edit = applyKey(overlay.edit, key, true);
  if (edit) host.open({ ...overlay, edit });
}

/** The new candidate is chosen, so that its answer is seen as it comes. */
function tryTactic(host: OverlayHost, node: number, tactic: string): void {
  const { search, place } = host;
  if (search && place?.selected === node) place.candidate = search.state.nodes[node]?.candidates.length ?? 0;
  host.act({ kind: 'tactic', node, tactic });
}

/** One argument of a prompt line, whatever is in it. */
function quoted(text: string): string {
  return `"${text.replace(/\s*\n\s*/g, ' ').replace(/["\\]/g, '\\$&')}"`;
}

function filterKey(host: OverlayHost, overlay: Extract<Overlay, { kind: 'filter' }>, key: string): void {
  if (key === 'enter') {
    host.close();
    if (overlay.target === 'tree' && overlay.edit.text !== '') nextMatch(host, 1);
    return;
  }
  const edit = applyKey(overlay.edit, key, false);
  if (!edit) return;
  setFilter(host, overlay.target, edit.text);
  host.open({ ...overlay, edit });
}

function helpKey(host: OverlayHost, overlay: Extract<Overlay, { kind: 'help' }>, key: string): void {
  const { all, shown } = host.helpRows();
  const scrolls: Readonly<Record<string, number>> = { down: 1, up: -1, pagedown: shown - 1, pageup: 1 - shown };
  const by = scrolls[key];
  if (key === 'enter') {
    host.close();
    return;
  }
  if (by !== undefined) {
    host.open({ ...overlay, top: Math.max(0, Math.min(all - shown, overlay.top + by)) });
    return;
  }
  const filter = applyKey(overlay.filter, key, false);
  if (filter) host.open({ ...overlay, filter, top: 0 });
}

function familiesKey(host: OverlayHost, overlay: Extract<Overlay, { kind: 'families' }>, key: string): void {
  const { search, place } = host;
  if (!search || !place) {
    host.close();
    return;
  }
  const rows = selectFamilies(search.state, place.selected);
  if (key === 'enter' || key === 'space') {
    const row = rows[overlay.index];
    if (row) host.act({ kind: 'family', family: row.family, blocked: !row.blocked });
    return;
  }
  if (key === 'q') {
    host.close();
    return;
  }
  const by = { down: 1, up: -1, pageDown: 10, pageUp: -10, first: -rows.length, last: rows.length }[
    host.movement(key) ?? 'down'
  ];
  if (host.movement(key) !== null)
    host.open({ ...overlay, index: Math.max(0, Math.min(rows.length - 1, overlay.index + by)) });
}

/** Scrolls; where the end is, drawing knows. */
function serversKey(host: OverlayHost, overlay: Extract<Overlay, { kind: 'servers' }>, key: string): void {
  const movement = host.movement(key);
  if (movement === null) {
    host.close();
    return;
  }
  const height = Math.max(1, host.size.rows - 2);
  const last = Math.max(0, host.serverRows() - height);
  const by = { down: 1, up: -1, pageDown: height, pageUp: -height, first: -last, last }[movement];
  host.open({ ...overlay, top: Math.max(0, Math.min(last, overlay.top + by)) });
}

function pagerKey(host: OverlayHost, overlay: Extract<Overlay, { kind: 'pager' }>, key: string): void {
  if (key === 'q') {
    host.close();
    return;
  }
  if (key === 'y') {
    host.copy('text', overlay.lines.join('\n'));
    return;
  }
  const movement = host.movement(key);
  if (movement === null) return;
  const height = host.size.rows - 1;
  const last = Math.max(0, overlay.lines.length - height);
  const by = { down: 1, up: -1, pageDown: height, pageUp: -height, first: -last, last }[movement];
  host.open({ ...overlay, top: Math.max(0, Math.min(last, overlay.top + by)) });
}
