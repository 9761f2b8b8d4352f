import { headWord, TACTIC_WORDS } from './tactic-words.ts';

/** English words that begin sentences and no tactic. */
const OPENINGS = new Set(
  'the we this these those since so because here now to it its our you i a an thus hence therefore then note and but as if you with answer solution finally recall suppose consider given after next'.split(
    ' ',
  ),
);
/** Words of sentences that are rare in tactics. */
const STOP_WORDS = new Set(
  'the of is are we that this which to and be can will it as for on if then so an our you need because since used using goal step'.split(
    ' ',
  ),
);
const LEAN_SIGNS = /[:=⟨⟩[\]{}←→↔⊢∀∃λ↦∈≤≥<>∧∨¬·|?_^]|\bfun\b/u;
/** Letters of scripts that no Lean name may have outside of `«…»`. */
const FOREIGN =
  /[\p{Script=Han}\p{Script=Cyrillic}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Thai}\p{Script=Devanagari}]/u;
const MARKDOWN = /^(?:#{1,6}\s|\*\*|\*\s|-\s|>\s|\d+[.)]\s|\$|\\\(|\\\[)/;

/** Why a line cannot be the beginning of a tactic, in a few words; null when it may be one. */
export function notTactic(mask: string): string | null {
  const foreign = FOREIGN.exec(mask)?.[0];
  if (foreign !== undefined) return `holds the letter ${foreign}, which Lean reads in no name`;
  if (MARKDOWN.test(mask)) return 'is markdown';
  if (/\\[a-zA-Z]{2,}/.test(mask)) return 'holds LaTeX';
  const word = headWord(mask);
  const isKnown = TACTIC_WORDS.has(word);
  if (/^\p{Lu}/u.test(mask)) return 'begins like a sentence or a term, and no tactic begins with a capital';
  const isSentence = looksEnglish(mask, isKnown ? 3 : 2);
  if (isSentence) return 'reads as prose';
  if (!isKnown && OPENINGS.has(word) && /^[\p{L}']+[ ,]/u.test(mask)) return 'reads as prose';
  return null;
}

/** Several words of letters only, enough of them the glue of sentences, and hardly a sign of Lean. */
function looksEnglish(mask: string, glueNeeded: number): boolean {
  const bounded = mask.slice(0, 600);
  const words = bounded.split(/\s+/);
  const plain = words.filter((word) => /^[\p{L}'’-]+[.,;:!?]?$/u.test(word));
  if (plain.length < 4 || plain.length < words.length * 0.7) return false;
  const glue = plain.filter((word) => STOP_WORDS.has(word.toLowerCase().replace(/[.,;:!?]$/, ''))).length;
  if (glue < glueNeeded) return false;
  return !LEAN_SIGNS.test(bounded.replace(/[.:?!]\s*$/, '')) || /[a-z][.:]$/.test(bounded.trimEnd());
}
