import { balanceOf } from './brackets.ts';
import type { DropKind, DroppedText, ExtractedTactic, ExtractOptions } from './extraction.ts';
import { notTactic } from './prose.ts';
import { renameNames } from './renames.ts';
import { repeatsItself } from './runaway.ts';
import { type Block, blockMask, blockText, insideHave, opensBlock } from './structure.ts';

export type FinishResult = { readonly kind: 'tactic'; readonly tactic: ExtractedTactic } | DroppedText;

/** Closing brackets that a model may have forgotten; more are a text that went wrong. */
const MOST_FORGOTTEN = 3;
const FORBIDDEN = /(?<![\p{L}\p{N}_'.])(?:(?:sorry|admit)(?![\p{L}\p{N}_'])|apply\?)|^stop$/mu;

/**
 * Makes a tactic of a block, or says why not. Repairs are made only where Lean could not have read the text in any way, so
 * that no text with a meaning is changed.
 */
export function finishBlock(block: Block, options: ExtractOptions): FinishResult {
  const repairs = [...block.repairs];
  let text = blockText(block);
  let mask = blockMask(block);
  const drop = (kind: DropKind, message: string): DroppedText => ({ kind, message, text: blockText(block) });
  const cut = (count: number, repair: string) => {
    text = text.slice(count).trimStart();
    mask = mask.slice(mask.length - text.length);
    repairs.push(repair);
  };
  const [label] = /^(?:next )?tactic\s*\d*\s*:\s*|^\d+[.)]\s+(?=[a-z])/i.exec(mask) ?? [];
  if (label !== undefined) cut(label.length, `removed the label ${label.trim()}`);
  const [chain] = /^(?:<;>\s*)+/.exec(mask) ?? [];
  if (chain !== undefined) cut(chain.length, 'removed a <;> that nothing comes before');
  if (/^[•∙]/u.test(mask)) cut(1, 'removed a bullet');
  const end = endOfCode(mask);
  if (mask.includes('<;>', end)) repairs.push('removed a <;> that nothing comes after');
  text = text.slice(0, end);
  mask = mask.slice(0, end);
  if (mask === '' || /^[·.]$/u.test(mask)) return drop('empty', 'nothing in it');
  if (text.length > options.maxTacticLength)
    return repeatsItself(mask)
      ? drop('repeated', `repeats itself for ${text.length} characters`)
      : drop('tooLong', `${text.length} characters, more than the ${options.maxTacticLength} of the longest tactic`);
  if (repeatsItself(mask)) return drop('repeated', `repeats itself for ${text.length} characters`);
  const prose = notTactic(mask);
  if (prose !== null) return drop('proseOnly', prose);
  if (/^(?:\||[)\]}⟩]|:=|=>|,|_\s*[=<>≤≥])/u.test(mask)) return drop('fragment', 'begins in the middle of a tactic');
  const head = insideHave(block);
  if (head && head.proof.length === 0 && label === undefined) {
    text = blockText(head.head);
    mask = blockMask(head.head);
    repairs.push('made the missing proof of the have a goal');
  }
  const lastLine = mask.slice(mask.lastIndexOf('\n') + 1);
  const balance = balanceOf(mask);
  if (balance.kind === 'mismatch') return drop('unbalanced', `"${balance.bracket}" closes nothing`);
  if (balance.kind === 'missing') {
    const { closers } = balance;
    if (options.truncated) return drop('truncated', `cut before ${closers}`);
    const isWhole = closers.length <= MOST_FORGOTTEN && !mask.includes('\n') && !opensBlock(lastLine);
    if (!isWhole) return drop('unbalanced', `${closers.slice(0, 8)} is missing at the end`);
    text += closers;
    mask += closers;
    repairs.push(`added ${closers} at the end`);
  } else if (balance.kind === 'surplus') {
    repairs.push(`removed ${mask.slice(balance.from).replaceAll(/\s/g, '')} at the end`);
    text = text.slice(0, balance.from).trimEnd();
    mask = mask.slice(0, text.length);
  } else if (opensBlock(lastLine))
    return drop('truncated', `ends where something must follow: "${lastLine.slice(-20)}"`);
  if (mask === '') return drop('empty', 'nothing in it but brackets');
  const forbidden = FORBIDDEN.exec(mask)?.[0];
  if (forbidden !== undefined) return drop('forbidden', `holds ${forbidden}, which proves nothing`);
  const renamed = renameNames(text, mask, options.renames);
  return { kind: 'tactic', tactic: { tactic: renamed.text, repairs: [...repairs, ...renamed.renames] } };
}

/** Where a text ends without the separators at its end. */
function endOfCode(mask: string): number {
  let end = mask.length;
  for (;;) {
    if (end >= 3 && mask.startsWith('<;>', end - 3)) end -= 3;
    else if (end > 0 && ' \n;'.includes(mask.charAt(end - 1))) end -= 1;
    else return end;
  }
}
