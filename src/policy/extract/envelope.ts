import { cleanText } from '../../text/clean.ts';
import type { DroppedText, ExtractOptions } from './extraction.ts';

/** What is left of a completion when everything around the code is gone. */
export interface Unwrapped {
  readonly text: string;
  /** Indentation that the first line has had before. */
  readonly column: number;
  /** Whether the text was in a code block, so that it is code and not prose. */
  readonly wasFenced: boolean;
  readonly truncated: boolean;
  readonly dropped: readonly DroppedText[];
}

/** Marks after which a model has said what it had to say. */
const END_MARKS =
  /<｜end▁of▁sentence｜>|<｜User｜>|<｜Assistant｜>|<\|im_end\|>|<\|im_start\|>|<\|endoftext\|>|<\|eot_id\|>|<\|end_of_text\|>|<\/s>|\[\/TAC\]|\[GOAL\]|\[STATE\]/u;
/** Words before a tactic that models add of their own accord. */
const LABEL =
  /^(?:\*\*)?(?:(?:the )?(?:next )?(?:lean ?4? )?tactic|answer|proofstep|output|proof|solution)(?:\*\*)?\s*:(?:\*\*)?(?!=)\s*/iu;

/** Takes the code out of a completion: no thinking, no words around code blocks, no marks of the format. */
export function unwrap(completion: string, options: ExtractOptions): Unwrapped {
  const dropped: DroppedText[] = [];
  const drop = (kind: DroppedText['kind'], message: string, text: string) => {
    if (text.trim() !== '') dropped.push({ kind, message, text });
  };
  let { truncated } = options;
  let raw = completion;
  if (raw.length > options.maxCompletionLength) {
    drop(
      'tooLong',
      `only the first ${options.maxCompletionLength} characters of a completion are read`,
      raw.slice(options.maxCompletionLength),
    );
    raw = raw.slice(0, options.maxCompletionLength);
    truncated = true;
  }
  let text = cleanText(raw, Number.POSITIVE_INFINITY)
    .replaceAll('\u00a0', ' ')
    .replace(/<\/?a>/g, '');
  const thought = withoutThinking(text, options.thinking, truncated, drop);
  let column = thought.length === text.length ? options.column : 0;
  text = thought;
  const mark = END_MARKS.exec(text);
  if (mark) {
    drop('unreachable', `comes after the end of the answer, ${mark[0]}`, text.slice(mark.index + mark[0].length));
    text = text.slice(0, mark.index);
    truncated = false;
  }
  const block = chooseBlock(text, options, drop);
  if (!block.isStart) column = 0;
  const labelled = withoutLabels(block.text, options.labels);
  if (labelled.length !== block.text.length) column = 0;
  return { text: labelled, column, wasFenced: block.wasFenced, truncated: truncated && block.isEnd, dropped };
}

type Drop = (kind: DroppedText['kind'], message: string, text: string) => void;

function withoutThinking(text: string, isThinking: boolean, truncated: boolean, drop: Drop): string {
  const close = text.lastIndexOf('</think>');
  let rest = text;
  if (close >= 0) {
    drop('thinking', 'thinking before the answer', text.slice(0, close));
    rest = text.slice(close + '</think>'.length);
  } else if (isThinking) {
    drop(truncated ? 'truncated' : 'thinking', 'the thinking has no end, so there is no answer', text);
    return '';
  }
  const open = rest.indexOf('<think>');
  if (open < 0) return rest;
  drop(truncated ? 'truncated' : 'thinking', 'the thinking has no end', rest.slice(open));
  return rest.slice(0, open);
}

interface Segment {
  readonly text: string;
  readonly inside: boolean;
  readonly isLean: boolean;
}

function chooseBlock(
  text: string,
  options: ExtractOptions,
  drop: Drop,
): { readonly text: string; readonly wasFenced: boolean; readonly isStart: boolean; readonly isEnd: boolean } {
  const reopened = options.insideFence && /^\s*```[a-zA-Z]/.test(text);
  const parts = text.split('```');
  const startsInside = options.insideFence && !reopened;
  if (parts.length === 1) return { text, wasFenced: startsInside, isStart: true, isEnd: true };
  const segments = parts.map((part, i) => segmentOf(part, (i % 2 === 0) === startsInside, i > 0));
  const chosen = chooseSegment(segments, startsInside, options);
  for (const [i, { text: other, inside }] of segments.entries()) {
    if (i === chosen) continue;
    if (inside) drop('otherDeclaration', 'another code block than the one that was taken', other);
    else drop('proseOnly', 'words around the code block', other);
  }
  return {
    text: segments[chosen]?.text ?? '',
    wasFenced: segments[chosen]?.inside ?? false,
    isStart: chosen === 0,
    isEnd: chosen === segments.length - 1,
  };
}

function segmentOf(part: string, inside: boolean, opened: boolean): Segment {
  const language =
    inside && opened ? /^(?:[ \t]*([\w+-]*(?: 4)?)[ \t]*(?:\n|$)|[ \t]*(lean4?)[ \t]+)/i.exec(part) : null;
  const name = (language?.[1] ?? language?.[2] ?? '').toLowerCase();
  return { text: part.slice(language?.[0].length ?? 0), inside, isLean: name === '' || /^(?:lean|tactic)/.test(name) };
}

/** A model that goes on inside a code block means that block; else a Lean block, else any, else the words before. */
function chooseSegment(segments: readonly Segment[], startsInside: boolean, { fence }: ExtractOptions): number {
  if (startsInside && segments[0]?.text.trim() !== '') return 0;
  const filled = [...segments.keys()].filter((i) => segments[i]?.inside && segments[i].text.trim() !== '');
  const lean = filled.filter((i) => segments[i]?.isLean);
  const blocks = lean.length > 0 ? lean : filled;
  if (fence === 'first') return blocks[0] ?? 0;
  const proofs = blocks.filter((i) => /\b(?:theorem|lemma|example)\b|:=\s*by\b/.test(segments[i]?.text ?? ''));
  return proofs.at(-1) ?? blocks.at(-1) ?? 0;
}

function withoutLabels(text: string, labels: readonly string[]): string {
  let rest = text;
  for (let before = ''; before !== rest; ) {
    before = rest;
    const trimmed = rest.trimStart();
    const label = labels.find((one) => trimmed.startsWith(one)) ?? LABEL.exec(trimmed)?.[0] ?? '';
    if (label !== '') rest = trimmed.slice(label.length).replace(/^[ \t]+/, '');
  }
  return rest;
}
