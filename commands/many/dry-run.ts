import { identityOfWish, type RunWish } from '../../sessions/runs/new-manifest.ts';
import { fitting } from '../../src/config/amount.ts';
import { recordOf, usedVariables } from '../../src/config/resolve.ts';
import { WORKER_KINDS } from '../../src/lean/open-pool.ts';
import { canaryStatements } from '../../src/lean/verdict/canaries.ts';
import { describeHolder } from '../../src/storage/lock.ts';
import { printJson } from '../common-options.ts';
import type { CommandContext } from '../context.ts';
import type { ChosenRun } from './choose.ts';
import type { ManyOptions } from './options.ts';

/** Prints everything that a run would be, each setting with where it comes from. Nothing is started or written. */
export function dryRun(context: CommandContext, options: ManyOptions, wish: RunWish, chosen: ChosenRun): void {
  const { config } = wish.resolved;
  const room = WORKER_KINDS.find(({ name }) => name === config.lean.kind)?.defaultWorkers() ?? 1;
  const workers = fitting(config.lean.workers, room);
  const concurrency = fitting(config.run.sideBySide, workers);
  const { attempts, noisy, canaries, budgets, theorems, out, resumedFrom } = wish;
  const count = theorems.theorems.length;
  const document = {
    schema: `proofdeck.${wish.command}-plan/1`,
    run: chosen.kind === 'existing' ? chosen.run.id : chosen.id,
    resumes: chosen.kind === 'existing',
    theorems: {
      reference: theorems.reference,
      listed: theorems.listed,
      searched: count,
      leftOut: theorems.asked.length - count,
    },
    searches: count * (attempts + (noisy === null ? 0 : 1)) + (canaries ? canaryStatements().length : 0),
    budgets,
    attempts,
    noisy,
    canaries,
    provider: identityOfWish(wish).provider,
    valueModel: wish.value && { name: wish.value.name, hash: wish.value.hash },
    workers,
    workersThatFit: room,
    concurrency,
    out,
    resumedFrom,
    environment: usedVariables(wish.resolved),
    configuration: recordOf(wish.resolved),
  };
  if (options.json) printJson(context, document);
  else for (const line of lines(document, chosen, wish)) context.out(line);
}

function lines(
  plan: {
    readonly theorems: {
      readonly reference: string;
      readonly listed: number;
      readonly searched: number;
      readonly leftOut: number;
    };
    readonly searches: number;
    readonly workers: number;
    readonly workersThatFit: number;
    readonly concurrency: number;
    readonly environment: readonly string[];
    readonly configuration: ReturnType<typeof recordOf>;
  },
  chosen: ChosenRun,
  { command, budgets, attempts, noisy, canaries, out, resumedFrom, resolved, value, valueProblem }: RunWish,
): readonly string[] {
  const { theorems } = plan;
  const left = theorems.leftOut > 0 ? `, ${theorems.leftOut} left out because ${resumedFrom?.file} has them` : '';
  const settings = Object.entries(plan.configuration);
  const width = Math.max(...settings.map(([key]) => key.length));
  return [
    `${command}, dry run: nothing is searched or written`,
    `run            ${runLine(chosen)}`,
    `theorems       ${theorems.searched} of ${theorems.listed} in ${theorems.reference}${left}`,
    `searches       ${plan.searches}: ${attempts} for each theorem${noisy === null ? '' : `, a noisy one at temperature ${noisy}`}${canaries ? ', and the canaries' : ', no canaries'}`,
    `budgets        ${budgets.join(', ')} expansions`,
    `provider       ${resolved.config.policy.provider}`,
    `value model    ${valueProblem !== null ? `missing: ${resolved.config.value.model}` : value === null ? 'off' : `${value.name} ${value.hash.slice(0, 12)}`}`,
    `Lean workers   ${plan.workers} (${plan.workersThatFit} fit on this machine now), ${plan.concurrency} theorems side by side`,
    `out            ${out ?? 'the folder of the run only'}`,
    `environment    ${plan.environment.join(', ') || 'no variable is used'}`,
    '',
    ...settings.map(([key, { value, origin }]) => `${key.padEnd(width)}  ${JSON.stringify(value)}  (${origin})`),
  ];
}

function runLine(chosen: ChosenRun): string {
  if (chosen.kind === 'new') return chosen.id ?? 'a new one, adhoc/<time>';
  const { id, state, holder } = chosen.run;
  const done = `${state.ended.length} of ${state.jobs.size} searches are done`;
  return `${id}, gone on with: ${done}${holder === null ? '' : `; it would be followed, since ${describeHolder(holder)} does it`}`;
}
