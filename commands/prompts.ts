import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { readProviderProfiles } from '../src/config/models.ts';
import { firstTactic, optionsOf, wholeProof } from '../src/policy/extract/extract.ts';
import { MATHLIB_RENAMES } from '../src/policy/extract/renames.ts';
import { describeOmission } from '../src/policy/model/omission.ts';
import { readStateText, trainingTexts } from '../src/policy/prompts/examples.ts';
import { byteLimit } from '../src/policy/prompts/fit.ts';
import type { PromptFormat, TrainingExample } from '../src/policy/prompts/format.ts';
import { findPromptFormat, PROMPT_FORMATS, promptFormatFor } from '../src/policy/prompts/registry.ts';
import { makePrompt } from '../src/policy/prompts/render.ts';
import { templateFormat } from '../src/policy/prompts/user-template.ts';
import { whyFailed } from '../src/storage/failure.ts';
import { homeRoot } from '../src/storage/paths.ts';
import { plainTable } from '../src/text/table.ts';
import { printJson, usage, wholeNumber, withCommonOptions } from './common-options.ts';
import type { CommandContext, CommonOptions } from './context.ts';

interface PromptsOptions extends CommonOptions {
  readonly model?: string;
  readonly state?: string;
  readonly theorem?: string;
  readonly messages?: boolean;
  readonly maxBytes?: number;
  readonly pairs?: string;
  readonly answer?: string;
  readonly renames?: boolean;
}

/** `prompts`: the formats, what a model sees of a state, training texts, and what is taken out of an answer. */
export function promptsCommand(program: Command, context: CommandContext): void {
  withCommonOptions(program.command('prompts'))
    .description('prompt formats: what a model sees of a state, its training texts, and the tactics in its answers')
    .argument('[format]', 'a prompt format, or a profile of models.toml that names one or has a template')
    .option('--model <name>', 'which format a model of this name or path is asked with')
    .option('--state <text>', 'show the prompt for this state, as Lean prints it')
    .option('--theorem <name>', 'the theorem that the state is of')
    .option('--messages', 'the prompt as messages for a chat route')
    .option('--max-bytes <n>', 'leave out of the state what does not fit', wholeNumber(1))
    .option('--pairs <file or ->', 'training texts (JSON lines) for the lines that "export --table proof-paths" writes')
    .option('--answer <file or ->', 'take the tactics out of a text that a model wrote')
    .option('--renames', 'with --answer: use the newer names of Mathlib')
    .action((name: string | undefined, options: PromptsOptions) => prompts(context, name, options));
}

async function prompts(context: CommandContext, name: string | undefined, options: PromptsOptions): Promise<void> {
  if (name === undefined && options.model === undefined) return list(context, options);
  const format = await formatOf(context, name, options);
  if (options.pairs !== undefined) return pairs(context, format, await textOf(context, options.pairs));
  if (options.answer !== undefined) return answer(context, format, await textOf(context, options.answer), options);
  if (options.state !== undefined) return prompt(context, format, options.state, options);
  if (options.json) return printJson(context, { schema: 'proofdeck.prompt-format/1', ...facts(format) });
  for (const line of describe(format)) context.out(line);
}

function describe(format: PromptFormat): readonly string[] {
  const { temperature, topP, maxTokens, samples, presencePenalty } = format.sampling;
  const penalty = presencePenalty === undefined ? '' : `, presence penalty ${presencePenalty}`;
  return [
    `${format.name}: ${format.about}`,
    `writes    ${written(format)}`,
    `route     ${format.template === null ? 'text' : `text or chat (${format.template.name})`}`,
    `stops at  ${[...format.stop.map((stop) => JSON.stringify(stop)), ...format.stopTokenIds].join(', ') || 'its end mark'}`,
    `usual     temperature ${temperature}, top_p ${topP}${penalty}, ${maxTokens} tokens, ${samples} samples`,
  ];
}

function list(context: CommandContext, options: PromptsOptions): void {
  if (options.json) {
    printJson(context, { schema: 'proofdeck.prompts/1', formats: PROMPT_FORMATS.map(facts) });
    return;
  }
  const columns = [{ title: 'format' }, { title: 'writes' }, { title: 'for' }];
  const rows = PROMPT_FORMATS.map((format) => [format.name, written(format), format.about]);
  for (const line of plainTable({ columns, rows })) context.out(line);
}

const written = ({ mode }: PromptFormat): string => (mode === 'tactic' ? 'a tactic' : 'a whole proof');

const facts = (format: PromptFormat) => ({
  name: format.name,
  about: format.about,
  mode: format.mode === 'tactic' ? 'tactic' : 'whole-proof',
  chat: format.template?.name ?? null,
  stop: format.stop,
  stop_token_ids: format.stopTokenIds,
  sampling: format.sampling,
  max_input_bytes: format.maxInputBytes,
});

async function formatOf(
  context: CommandContext,
  name: string | undefined,
  options: PromptsOptions,
): Promise<PromptFormat> {
  const found = name === undefined ? promptFormatFor(options.model ?? '') : findPromptFormat(name);
  if (found.kind === 'format') return found.format;
  const read = await readProviderProfiles(homeRoot(options.home, context.environment), context.environment);
  const profile = read.kind === 'profiles' ? read.profiles.get(name ?? '') : undefined;
  const named = profile?.prompt === undefined ? null : findPromptFormat(profile.prompt);
  if (named?.kind === 'format') return named.format;
  const template = profile?.template;
  if (name === undefined || template === undefined) throw usage(found.message);
  const made = templateFormat(name, template);
  if (made.kind === 'badTemplate') throw usage(made.message);
  return made.format;
}

async function textOf(context: CommandContext, file: string): Promise<string> {
  if (file === '-') return context.readInput();
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usage(`${file} cannot be read: ${whyFailed(error)}`);
  }
}

function prompt(context: CommandContext, format: PromptFormat, state: string, options: PromptsOptions): void {
  const read = readStateText(state.replaceAll('\\n', '\n'));
  if (read.kind === 'unreadable') throw usage(`--state is no state: ${read.message}`);
  const theorem = { name: options.theorem ?? null, statement: read.goals[0]?.target ?? '' };
  const limit = options.maxBytes === undefined ? null : byteLimit(options.maxBytes);
  const route = options.messages ? 'chat' : 'text';
  const made = makePrompt(format, { goals: read.goals, path: [], theorem }, route, limit);
  if (made.kind === 'cannotPrompt') throw usage(made.message);
  if (made.omitted !== null) context.note(describeOmission(made.omitted));
  if (options.json) printJson(context, { schema: 'proofdeck.prompt/1', format: format.name, ...made });
  else context.out(made.prompt.kind === 'text' ? made.prompt.text : JSON.stringify(made.prompt, null, 1));
}

const pairSchema = z.object({
  state: z.string(),
  tactic: z.string(),
  theorem: z.string().optional(),
  depth: z.int().min(0).optional(),
});

function pairs(context: CommandContext, format: PromptFormat, text: string): void {
  const steps = text.split('\n').flatMap((line, i) => (line.trim() === '' ? [] : [pairOf(line, i + 1)]));
  const { examples, refused } = trainingTexts(format, steps);
  for (const example of examples) context.out(JSON.stringify(lineOf(example)));
  const [first] = refused;
  if (first !== undefined) context.note(`${refused.length} of ${steps.length} pairs gave no text: ${first}`);
}

const lineOf = ({ text, prompt, completion, messages }: TrainingExample) => ({
  prompt,
  completion,
  text,
  ...(messages !== null && { messages }),
});

function pairOf(line: string, number: number): z.infer<typeof pairSchema> {
  try {
    return pairSchema.parse(JSON.parse(line));
  } catch {
    throw usage(`line ${number} is no pair; expected a JSON object with "state" and "tactic"`);
  }
}

function answer(context: CommandContext, format: PromptFormat, text: string, options: PromptsOptions): void {
  const given = optionsOf(format.shape, {
    theorem: options.theorem ?? null,
    ...(options.renames && { renames: MATHLIB_RENAMES }),
  });
  const isTactic = format.mode === 'tactic';
  const first = isTactic ? firstTactic(text, given) : null;
  const proof = isTactic ? null : wholeProof(text, given);
  const tactics = first === null ? (proof?.steps ?? []) : first.tactic === null ? [] : [first.tactic];
  const dropped = first?.dropped ?? proof?.dropped ?? [];
  if (options.json) {
    printJson(context, { schema: 'proofdeck.answer/1', format: format.name, tactics, dropped });
    return;
  }
  for (const { tactic } of tactics) context.out(tactic);
  for (const { kind, message } of dropped) context.note(`dropped (${kind}): ${message}`);
}
