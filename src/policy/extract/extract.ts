import type { CompletionShape } from '../prompts/format.ts';
import { proofBody } from './declarations.ts';
import { unwrap } from './envelope.ts';
import {
  type DroppedText,
  EXTRACT_DEFAULTS,
  type ExtractedTactic,
  type ExtractOptions,
  type Granularity,
  type ProofExtraction,
  type TacticExtraction,
} from './extraction.ts';
import { finishBlock } from './finish.ts';
import { linesOf, textOfLines } from './line.ts';
import { cutRunaway } from './runaway.ts';
import { scanCode } from './scan.ts';
import { alignFirst, type Block, blocksOf, blockText, insideBullet, insideHave, splitSemicolons } from './structure.ts';

/** Bullets and proofs inside one another are opened so far; no proof of a person goes that deep. */
const DEEPEST = 40;

/** What the prompt format says of its completions, as options. */
export function optionsOf(shape: CompletionShape, more: Partial<ExtractOptions> = {}): ExtractOptions {
  return { ...EXTRACT_DEFAULTS, ...shape, ...more };
}

/**
 * The first tactic of a completion. A tactic of several lines stays one block; a bullet around it goes, since the state that the
 * tactic is for has the bullet's goal first anyway.
 *
 * @example firstTactic('```lean\nsimp -- easy\n```').tactic // { tactic: 'simp', repairs: [] }
 */
export function firstTactic(completion: string, options: Partial<ExtractOptions> = {}): TacticExtraction {
  const { steps, dropped } = extract(completion, options, withoutBullets);
  const [tactic = null, ...further] = steps;
  return { tactic, further, dropped };
}

/** All tactics of a completion that is a whole proof, or holds one. */
export function wholeProof(
  completion: string,
  options: Partial<ExtractOptions> = {},
  granularity: Granularity = 'steps',
): ProofExtraction {
  return extract(completion, options, granularity === 'steps' ? stepsOf : (block) => [block]);
}

function extract(
  completion: string,
  given: Partial<ExtractOptions>,
  split: (block: Block) => readonly Block[],
): ProofExtraction {
  const options = { ...EXTRACT_DEFAULTS, ...given };
  const unwrapped = unwrap(completion, options);
  const dropped: DroppedText[] = [...unwrapped.dropped];
  const found = tacticsIn(unwrapped.text, unwrapped.column, { ...options, truncated: unwrapped.truncated }, split);
  dropped.push(...found.dropped);
  let { steps } = found;
  const [, inline] = steps.length === 0 && !unwrapped.wasFenced ? (/`([^`\n]+)`/.exec(unwrapped.text) ?? []) : [];
  if (inline !== undefined) steps = tacticsIn(inline, 0, options, split).steps;
  if (steps.length === 0 && dropped.length === 0)
    dropped.push({ kind: 'empty', message: 'the completion is empty', text: completion });
  const limit = options.maxDroppedLength;
  const merged = mergeDropped(dropped);
  return {
    steps,
    dropped: merged.map((one) => (one.text.length > limit ? { ...one, text: shorten(one.text, limit) } : one)),
  };
}

/** Neighbours that were dropped for the same reason as one text. */
function mergeDropped(dropped: readonly DroppedText[]): readonly DroppedText[] {
  const groups: { readonly kind: DroppedText['kind']; readonly message: string; readonly texts: string[] }[] = [];
  for (const { kind, message, text } of dropped) {
    const last = groups.at(-1);
    if (last?.kind === kind && last.message === message) last.texts.push(text);
    else groups.push({ kind, message, texts: [text] });
  }
  return groups.map(({ kind, message, texts }) => ({ kind, message, text: texts.join('\n') }));
}

const shorten = (text: string, limit: number): string =>
  `${text.slice(0, limit)}… [${text.length - limit} more characters]`;

function tacticsIn(
  text: string,
  column: number,
  options: ExtractOptions,
  split: (block: Block) => readonly Block[],
): ProofExtraction {
  const scanned = scanCode(text);
  const all = linesOf(scanned, column);
  if (all.length === 0) {
    if (text.trim() === '') return { steps: [], dropped: [] };
    return { steps: [], dropped: [{ kind: 'onlyComment', message: 'nothing but comments', text }] };
  }
  const dropped: DroppedText[] = [];
  if (scanned.unclosedComment !== null)
    dropped.push({
      kind: 'onlyComment',
      message: 'a comment that does not end',
      text: text.slice(scanned.unclosedComment),
    });
  const body = proofBody(all, options.theorem, options.truncated);
  dropped.push(...body.dropped);
  const runaway = cutRunaway(alignFirst(body.lines));
  if (runaway.cut.length > 0)
    dropped.push({
      kind: 'repeated',
      message: `${runaway.cut.length} lines that repeat the ones before`,
      text: textOfLines(runaway.cut),
    });
  const isWhole = runaway.cut.length > 0 || scanned.unclosedComment !== null;
  const finished = finishAll(
    blocksOf(runaway.kept).flatMap((block) => split(block)),
    {
      ...options,
      truncated: options.truncated && !isWhole,
    },
  );
  return { steps: finished.steps, dropped: [...dropped, ...finished.dropped] };
}

/** Prose is passed over; after a tactic that cannot be used, the rest is for states that are never reached. */
function finishAll(blocks: readonly Block[], options: ExtractOptions): ProofExtraction {
  const steps: ExtractedTactic[] = [];
  const dropped: DroppedText[] = [];
  for (const [i, block] of blocks.entries()) {
    const isLast = i === blocks.length - 1;
    const result = finishBlock(block, { ...options, truncated: options.truncated && isLast });
    if (result.kind === 'tactic') {
      if (!(options.truncated && isLast)) {
        steps.push(result.tactic);
        continue;
      }
      dropped.push({ kind: 'truncated', message: 'the model had no tokens left to finish it', text: blockText(block) });
    } else dropped.push(result);
    if (result.kind === 'proseOnly' || result.kind === 'empty') continue;
    const rest = blocks
      .slice(i + 1)
      .map(blockText)
      .join('\n');
    if (rest !== '') dropped.push({ kind: 'unreachable', message: 'comes after a step that was dropped', text: rest });
    break;
  }
  return { steps, dropped };
}

/** A block in its bullets as the blocks inside. */
function withoutBullets(block: Block, depth: number = 0): readonly Block[] {
  const inner = depth < DEEPEST ? insideBullet(block) : null;
  return inner === null ? [block] : inner.flatMap((one) => withoutBullets(one, depth + 1));
}

function stepsOf(block: Block, depth: number = 0): readonly Block[] {
  if (depth >= DEEPEST) return [block];
  const inner = insideBullet(block);
  if (inner !== null) return inner.flatMap((one) => stepsOf(one, depth + 1));
  const have = insideHave(block);
  if (have === null || have.proof.length === 0) return splitSemicolons(block);
  return [have.head, ...have.proof.flatMap((one) => stepsOf(one, depth + 1))];
}
