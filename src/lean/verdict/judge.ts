import { sayPositions } from '../protocol/messages.ts';
import { askProver } from './ask-prover.ts';
import { assembleTheorem, isTheorem, type ProofInput, proofOf, unfitName } from './assemble.ts';
import type { ExternalChecker } from './external.ts';
import { KeptProver, type OpenProver } from './kept-prover.ts';
import type { Level } from './level.ts';
import { type FileVerdict, type JudgedProblem, noVerdict, type Verdict } from './verdict.ts';
import {
  checkFileAnswerSchema,
  type Findings,
  infoAnswerSchema,
  replayAnswerSchema,
  type VerifyAnswer,
  verifyAnswerSchema,
  type WireTarget,
} from './wire.ts';

export interface JudgeOptions {
  /** Opens a prover that has run nothing: one to elaborate, one to replay. */
  readonly open: OpenProver;
  /** Judges beyond our own provers (V4, V5), where they are installed. */
  readonly external?: ExternalChecker;
  /** Texts that one prover elaborates before it is replaced. @default 32 */
  readonly textsPerProver?: number;
  /** Wall clock for one theorem, and again for its replay. @default 60_000 */
  readonly timeoutMs?: number;
  /** The same for a file of theorems. @default ten times as long as for one */
  readonly fileTimeoutMs?: number;
  /** Thousands, as in `set_option maxHeartbeats`. A search had its limit for each step, a script has one for all. @default 4_000_000 */
  readonly heartbeats?: number;
  /** @default 4096 */
  readonly recursion?: number;
}

export type JudgeResult =
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  /** The statement itself, or what it stands under, does not elaborate. */
  | { readonly kind: 'badStatement'; readonly message: string };

export type FileResult =
  | { readonly kind: 'file'; readonly verdicts: readonly FileVerdict[]; readonly stopped?: JudgingEnded }
  /** The header does not parse, or imports what the prover does not have. */
  | { readonly kind: 'badFile'; readonly message: string };

/** What ended the judging of a file before its end; theorems after it are listed, and not judged. */
export interface JudgingEnded {
  /** From 1; null when it was no command of the file, but the prover. */
  readonly line: number | null;
  readonly reason: string;
}

/** Longer texts are refused unread. */
export const LONGEST_TEXT = 1_000_000;
/** A replaying prover keeps nothing between requests; it is replaced now and then because its memory never shrinks. */
const REPLAYS_PER_PROVER = 500;

/**
 * Judges proofs with two provers: one elaborates a text and exports what it added, the other, which never sees a text,
 * has its kernel check that again and compares the statement. V3 is the second prover's word.
 *
 *     const judge = new Judge({ open: () => host.transport() });
 *     const result = await judge.judge({ name: 'swap', statement: '…' }, ['intro h', 'exact ⟨h.2, h.1⟩']);
 */
export class Judge {
  readonly #options: JudgeOptions;
  readonly #elaborating: KeptProver;
  readonly #replaying: KeptProver;
  #toolchain: Promise<string> | undefined;

  constructor(options: JudgeOptions) {
    this.#options = options;
    this.#elaborating = new KeptProver({ open: options.open, uses: options.textsPerProver ?? 32 });
    this.#replaying = new KeptProver({ open: options.open, uses: REPLAYS_PER_PROVER });
  }

  /** Starts both provers, so that the first verdict does not wait for them. */
  async warm(): Promise<void> {
    await Promise.all([this.#elaborating.warm(), this.#replaying.warm()]);
  }

  async close(): Promise<void> {
    await Promise.all([this.#elaborating.close(), this.#replaying.close()]);
  }

  async judge(problem: JudgedProblem, proof: ProofInput): Promise<JudgeResult> {
    if (problem.statement === null && problem.copyFrom === undefined) {
      return { kind: 'badStatement', message: `${problem.name} has neither a statement nor a theorem to copy` };
    }
    const unfit = unfitName(problem.name);
    if (unfit !== null) return { kind: 'verdict', verdict: this.#none('', unfit, await this.#toolchainOf()) };
    const first = await this.#judgeText(problem, assembleTheorem(problem, proof));
    if (first.kind !== 'nameExists') return first;
    if (typeof proof === 'string' && isTheorem(proof)) return { kind: 'verdict', verdict: first.verdict };
    const second = await this.#judgeText(problem, assembleTheorem(problem, proof, proofOf(problem.name)));
    return second.kind === 'nameExists' ? { kind: 'verdict', verdict: second.verdict } : second;
  }

  /** Judges the theorems of a Lean file in order; the statement of each is the one in the file. */
  async judgeFile(source: string): Promise<FileResult> {
    const text = source.replace(/^\uFEFF/, '');
    const timeoutMs = this.#options.fileTimeoutMs ?? 10 * this.#timeoutMs;
    const toolchain = await this.#toolchainOf();
    if (text.length > LONGEST_TEXT) return { kind: 'badFile', message: tooLong(text) };
    const asked = await askProver(
      this.#elaborating,
      'proofdeck.checkFile',
      this.#request({ text }),
      checkFileAnswerSchema,
      timeoutMs,
    );
    if (asked.kind === 'refused') return { kind: 'badFile', message: sayPositions(asked.message) };
    if (asked.kind === 'none') return { kind: 'file', verdicts: [], stopped: { line: null, reason: asked.message } };
    const { items, declarations, stopped } = asked.value;
    const targets = items.filter((item) => item.decl !== undefined).map(({ decl }) => ({ decl: decl! }));
    const replayed = declarations === undefined ? [] : await this.#replay(declarations, targets, timeoutMs);
    const verdicts: FileVerdict[] = [];
    for (const item of items) {
      const found = item.decl === undefined ? undefined : replayed[targets.findIndex(({ decl }) => decl === item.decl)];
      const { line = 1 } = item;
      const { name = `theorem (line ${line})`, statement } = typeof found === 'object' ? found : item;
      verdicts.push({
        ...this.#merge(text, item, found, toolchain),
        name,
        line,
        ...(statement !== undefined && { statement }),
      });
    }
    return { kind: 'file', verdicts, ...(stopped && { stopped: { ...stopped, reason: clipped(stopped.reason) } }) };
  }

  async #judgeText(
    problem: JudgedProblem,
    text: string,
  ): Promise<JudgeResult | { readonly kind: 'nameExists'; readonly verdict: Verdict }> {
    const toolchain = await this.#toolchainOf();
    if (text.length > LONGEST_TEXT) {
      return { kind: 'verdict', verdict: this.#none(text, tooLong(text), toolchain) };
    }
    const target = wireTarget(problem);
    const timeoutMs = this.#timeoutMs;
    const asked = await askProver(
      this.#elaborating,
      'proofdeck.verify',
      this.#request({ ...target, text }),
      verifyAnswerSchema,
      timeoutMs,
    );
    if (asked.kind === 'refused') return { kind: 'badStatement', message: sayPositions(asked.message) };
    if (asked.kind === 'none') return { kind: 'verdict', verdict: this.#none(text, asked.message, toolchain) };
    const { declarations, decl } = asked.value;
    const replayed =
      declarations === undefined || decl === undefined
        ? []
        : await this.#replay(declarations, [{ decl, ...target }], timeoutMs);
    const verdict = this.#merge(text, asked.value, replayed[0], toolchain);
    if (asked.value.nameExists) return { kind: 'nameExists', verdict };
    return { kind: 'verdict', verdict: await this.#beyond(problem, verdict) };
  }

  /** The second prover's findings, one for each target, or the sentence why there are none. */
  async #replay(
    declarations: unknown,
    targets: readonly ({ readonly decl: number } & WireTarget)[],
    timeoutMs: number,
  ): Promise<readonly (Findings | string)[]> {
    const asked = await askProver(
      this.#replaying,
      'proofdeck.replay',
      { declarations, targets },
      replayAnswerSchema,
      timeoutMs,
    );
    if (asked.kind === 'ok') return asked.value.results;
    return targets.map(() => asked.message);
  }

  /**
   * The second prover's word stands where it gave one. Where it gave none, what it should have confirmed is only known to
   * elaborate: a text that got past the bans might also know how to keep the second prover busy.
   */
  #merge(text: string, first: VerifyAnswer, second: Findings | string | undefined, toolchain: string): Verdict {
    const found = typeof second === 'object' ? second : first;
    const { level, reason, passed } = combine(first, second);
    return {
      level,
      axioms: found.axioms ?? [],
      axiomsBehindLibrary: found.axiomsBehindLibrary ?? 'unknown',
      statementMatches: found.statementMatches ?? false,
      selfUse: found.selfUse ?? false,
      sameStatement: found.sameStatement ?? [],
      helpers: found.helpers ?? 0,
      checks: passed ? [...first.checks, 'kernel', 'replayed'] : first.checks,
      toolchain,
      checkers: checkersOf(toolchain),
      text,
      ...(reason !== undefined && { reason: clipped(sayPositions(reason)) }),
    };
  }

  async #beyond(problem: JudgedProblem, verdict: Verdict): Promise<Verdict> {
    const { external } = this.#options;
    if (!external || verdict.level !== 'V3') return verdict;
    const outcome = await external.check(problem, verdict.text);
    const checkers = [...verdict.checkers, external.name];
    if (outcome.kind === 'accepted')
      return { ...verdict, level: outcome.level, checks: [...verdict.checks, ...outcome.checks], checkers };
    if (outcome.kind === 'unavailable') return verdict;
    return { ...verdict, level: 'V1', checkers, reason: `${external.name} refuses: ${outcome.message}` };
  }

  get #timeoutMs(): number {
    return this.#options.timeoutMs ?? 60_000;
  }

  #request(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const { heartbeats = 4_000_000, recursion = 4096 } = this.#options;
    return { ...fields, export: true, heartbeats, recDepth: recursion };
  }

  #none(text: string, reason: string, toolchain: string): Verdict {
    return noVerdict(text, reason, toolchain, checkersOf(toolchain));
  }

  #toolchainOf(): Promise<string> {
    this.#toolchain ??= askProver(this.#elaborating, 'proofdeck.info', {}, infoAnswerSchema, this.#timeoutMs).then(
      (asked) => {
        if (asked.kind === 'ok') return `Lean ${asked.value.lean.split(',')[0]}`;
        this.#toolchain = undefined;
        return 'unknown';
      },
    );
    return this.#toolchain;
  }
}

function combine(
  first: VerifyAnswer,
  second: Findings | string | undefined,
): { readonly level: Level | null; readonly reason: string | undefined; readonly passed: boolean } {
  if (second === undefined) return { level: first.level, reason: first.reason, passed: false };
  if (typeof second === 'string')
    return { level: 'V1', reason: `not checked by a second prover: ${second}`, passed: false };
  if (second.level === 'V3') return { level: 'V3', reason: second.reason, passed: true };
  return {
    level: second.level,
    reason: `a second prover disagrees: ${second.reason ?? 'no reason given'}`,
    passed: false,
  };
}

function checkersOf(toolchain: string): string[] {
  return [`proofdeck judge on ${toolchain}`];
}

/** Lean prints whole goals into its errors. */
function clipped(reason: string): string {
  const most = 4000;
  return reason.length <= most ? reason : `${reason.slice(0, most)}… (${reason.length} characters)`;
}

function wireTarget({ statement, copyFrom, preamble }: JudgedProblem): WireTarget {
  return {
    ...(copyFrom !== undefined ? { copyFrom } : statement !== null && { statement }),
    ...(preamble !== undefined && { preamble }),
  };
}

function tooLong(text: string): string {
  return `the text has ${text.length} characters; at most ${LONGEST_TEXT} are read`;
}
