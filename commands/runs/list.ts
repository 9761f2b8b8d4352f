import type { Command } from 'commander';
import { RunList } from '../../sessions/live/run-list.ts';
import type { RunSummaryLine } from '../../sessions/live/run-view.ts';
import { aligned } from '../../src/run/report/text.ts';
import { homeRoot } from '../../src/storage/paths.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { duration } from '../../src/text/quantity.ts';
import { width } from '../../views/text/width.ts';
import { printJson, withCommonOptions } from '../common-options.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { resumeCommand } from '../follow-run.ts';
import { storageExit } from '../open-recorded.ts';

const titles = ['RUN', 'COMMAND', 'THEOREMS', 'DONE', 'PROVED', 'AGE', 'STATUS'];
const right = [false, false, false, true, true, true, false];
const longestCorpus = 40;

/** `runs list`: all runs of the home folder. */
export function registerList(runs: Command, context: CommandContext): void {
  withCommonOptions(runs.command('list'))
    .description('all runs of the home folder, newest first')
    .action((options: CommonOptions) => list(context, options));
}

async function list(context: CommandContext, options: CommonOptions): Promise<void> {
  const home = homeRoot(options.home, context.environment);
  const found = new RunList(home);
  await found.refresh();
  if (found.failure !== null) throw storageExit(found.failure);
  const lines = found.runs ?? [];
  if (options.json) return printJson(context, { schema: 'proofdeck.runs-list/1', home, runs: lines });
  if (options.jsonl) {
    for (const line of lines) context.out(JSON.stringify(line));
    return;
  }
  if (lines.length === 0)
    context.note(`there are no runs in ${home}; "proofdeck search" and "proofdeck eval" make them`);
  else
    for (const text of aligned([titles, ...lines.map((line) => cells(line, Date.now()))], right, width))
      context.out(text);
}

function cells(run: RunSummaryLine, now: number): readonly string[] {
  const corpus = cleanLine(run.corpus);
  return [
    cleanLine(run.id),
    run.command,
    corpus.length > longestCorpus ? `…${corpus.slice(-longestCorpus)}` : corpus,
    `${run.done}/${run.total}`,
    String(run.proved),
    Number.isNaN(Date.parse(run.createdAt)) ? '' : duration(Math.max(0, now - Date.parse(run.createdAt))),
    statusText(run),
  ];
}

function statusText({ status, id, problem }: RunSummaryLine): string {
  if (problem !== null) return `unreadable: ${cleanLine(problem)}`;
  return status === 'interrupted' || status === 'stopped' || status === 'failed'
    ? `${status}; go on with: ${resumeCommand(id)}`
    : status;
}
