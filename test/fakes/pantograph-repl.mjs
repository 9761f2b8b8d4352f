// A stand-in for Pantograph's `repl` binary, in the wire shapes of each version. Started by `fakePantograph` in repl.ts with
// a JSON file that says which version it is and how it misbehaves. Its "prover" knows the words below and nothing else:
//
//   intro <name>   adds a hypothesis      split          two goals         exact done     closes the goal
//   skip           changes nothing        log <text>     logs a message    print <text>   writes to stdout, mid-answer
//   sorry, unsafe  closes, flagged        fail           fails             limit, deep    heartbeats, recursion
//   crash, memory  the process dies       hang           never answers     slow <ms>      answers late
//   big <n>        a goal of n characters noise <text>   a line on stdout  garbage        an answer that is not JSON

import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const config = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const args = process.argv.slice(3);
const { version } = config;
const at = (wanted) => {
  const [a, b] = [version, wanted].map((v) => v.split('/')[0].split('.').map(Number));
  for (let i = 0; i < 3; i++) if (a[i] !== b[i]) return a[i] > b[i];
  return true;
};

if (args.includes('--version')) {
  console.log(config.versionText ?? version);
  process.exit(config.versionCode ?? 0);
}
if (config.argumentsFile)
  writeFileSync(config.argumentsFile, JSON.stringify({ args, cwd: process.cwd(), env: process.env, pid: process.pid }));
const modules = args.filter((a) => !a.startsWith('--'));
const unknown = modules.find((m) => !(config.modules ?? ['Init', 'Std', 'Lean']).includes(m));
const die = (text) => {
  process.stderr.write(`${text}\n`);
  process.exit(1);
};
if (config.startError) die(config.startError);
if (unknown)
  die(
    `uncaught exception: unknown module prefix '${unknown}'\n\nNo directory '${unknown}' or file '${unknown}.olean' in the search path entries:\n/lib/lean`,
  );
if (args.some((a) => a.startsWith('--nonsense'))) die('uncaught exception: invalid option: unknown option `nonsense`');
if (config.child)
  spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    stdio: 'ignore',
    detached: config.child === 'detached',
  });
if (config.ignoreTerm) process.on('SIGTERM', () => {});

let states = new Map();
let next = 0;
let serial = 100;
let timeout = 0;
const uniq = () => `_uniq.${++serial}`;
const write = (text) => process.stdout.write(`${text}\n`);
const stray = (text) => (at('0.3.4') ? process.stderr.write(`stdout: ${text}\n`) : process.stdout.write(text));

const variable = (v) => ({ name: uniq(), userName: v, isInaccessible: v.endsWith('✝'), type: { pp: 'Prop' } });
const wireGoal = (g) => ({
  name: uniq(),
  ...(g.tag && { userName: g.tag }),
  ...(at('0.3.3') ? { fragment: 'tactic' } : { isConversion: false }),
  target: { pp: g.target },
  vars: g.vars.map(variable),
});
const message = (severity, data) =>
  at('0.3.4')
    ? {
        fileName: '<Pantograph>',
        pos: { line: 0, column: 0 },
        endPos: null,
        keepFullRange: false,
        severity,
        caption: '',
        data,
        kind: '[anonymous]',
      }
    : data;
const error = (tag, desc) => ({ error: tag, desc });
const escaped = (desc) => (at('0.3.0') ? error('exception', desc) : error('io', desc));
const runtime = (desc) => error(at('0.3.13') || !at('0.3.0') ? 'io' : 'core', desc);

function save(state) {
  states.set(next, state);
  return next++;
}

function success(state, messages = [], flags = {}) {
  const id = save({ ...state, sorry: state.sorry || flags.hasSorry === true, logged: messages.length > 0 });
  return {
    goals: state.goals.map(wireGoal),
    nextStateId: id,
    ...(at('0.3.1') && { messages, hasSorry: flags.hasSorry ?? false, hasUnsafe: flags.hasUnsafe ?? false }),
  };
}

function failure(text) {
  return at('0.3.1')
    ? { messages: [message('error', text)], hasSorry: false, hasUnsafe: false }
    : { tacticErrors: [text] };
}

function parseError(text) {
  return { parseError: text, ...(at('0.3.1') && { hasSorry: false, hasUnsafe: false }) };
}

function sequence(text) {
  const inner = /^\(([\s\S]*)\)$/.exec(text.trim());
  const body = inner ? inner[1] : text;
  const parts = body
    .split(/;|\n/)
    .map((s) => s.trim())
    .filter(Boolean);
  return parts.length > 1 && !inner && !at('0.3.5') ? null : parts;
}

async function tactic({ stateId, goalId, tactic: text }) {
  if (goalId === undefined && !at('0.3.3'))
    return error('command', 'Unable to parse: Pantograph.Protocol.GoalTactic.goalId: Natural number expected');
  const state = states.get(stateId);
  if (!state) return error('index', `Invalid state index ${stateId}`);
  if (state.logged && at('0.3.3') && !at('0.3.5')) return escaped('Message log must be empty at the beginning.');
  if (state.goals.length === 0) return escaped('no goals to be proved');
  if (!state.goals[goalId ?? 0]) return error('index', `Invalid goal index ${goalId}`);
  const parts = sequence(text);
  if (parts === null) return parseError('<Pantograph>:1:8: expected end of input');
  const messages = [];
  const flags = {};
  let now = state;
  for (const part of parts) {
    const [word, ...rest] = part.split(' ');
    const argument = rest.join(' ');
    const [goal, ...others] = now.goals;
    if (!goal) return failure('no goals');
    const replace = (...goals) => {
      now = { ...now, goals: [...goals, ...others] };
    };
    switch (word) {
      case 'intro':
        replace({ ...goal, vars: [...goal.vars, argument || 'a✝'] });
        break;
      case 'split':
        replace({ ...goal, tag: 'left' }, { ...goal, tag: 'right' });
        break;
      case 'exact':
        if (!argument) return parseError('<Pantograph>:1:6: unexpected end of input');
        if (argument !== 'done') return failure(`Type mismatch: ${argument}`);
        replace();
        break;
      case 'skip':
        break;
      case 'log':
        messages.push(message('information', argument));
        break;
      case 'print':
        stray(argument);
        break;
      case 'noise':
        stray(`${argument}\n`);
        break;
      case 'sorry':
        flags.hasSorry = true;
        replace();
        break;
      case 'unsafe':
        flags.hasUnsafe = true;
        replace();
        break;
      case 'fail':
        return failure('this tactic fails');
      case 'big':
        replace({ ...goal, target: 'x'.repeat(Number(argument)) });
        break;
      case 'limit':
        return runtime('(deterministic) timeout at `whnf`, maximum number of heartbeats (200000) has been reached');
      case 'deep':
        return runtime('maximum recursion depth has been reached');
      case 'crash':
        process.kill(process.pid, 'SIGKILL');
        await new Promise(() => {});
        break;
      case 'memory':
        die('INTERNAL PANIC: out of memory');
        break;
      case 'hang':
        await new Promise(() => setInterval(() => {}, 1000));
        break;
      case 'slow': {
        const stop = timeout > 0 && timeout < Number(argument);
        await new Promise((r) => setTimeout(r, stop ? timeout : Number(argument)));
        if (stop) return error(at('0.3.13') ? 'io' : 'internal', 'interrupt');
        break;
      }
      default:
        return parseError('<Pantograph>:1:1: unknown tactic');
    }
  }
  return success(now, messages, flags);
}

const commands = {
  reset: () => {
    const nGoals = states.size;
    states = new Map();
    next = 0;
    return { nGoals };
  },
  stat: () => ({ nGoals: states.size }),
  'options.set': (payload) => {
    if (at('0.3.0')) timeout = payload.timeout ?? timeout;
    return {};
  },
  'goal.start': ({ expr, copyFrom }) => {
    if ((expr === undefined) === (copyFrom === undefined))
      return error(at('0.3.13') ? 'command' : 'arguments', 'Exactly one of {expr, copyFrom} must be supplied');
    if (copyFrom !== undefined && copyFrom !== 'Nat.add_comm') return error('index', `Symbol not found: ${copyFrom}`);
    if (expr?.includes('((('))
      return error(at('0.3.13') ? 'parse' : 'parsing', '<Pantograph>:1:3: unexpected end of input');
    if (expr?.includes('nonsense')) return error('elab', 'Unknown identifier `nonsense`');
    return { stateId: save({ goals: [{ vars: [], target: expr ?? 'n + m = m + n' }] }), root: uniq() };
  },
  'goal.tactic': tactic,
  'goal.delete': ({ stateIds }) => {
    for (const id of stateIds) states.delete(id);
    return {};
  },
  'goal.print': ({ stateId, goals, rootExpr }) => {
    const state = states.get(stateId);
    if (!state) return error('index', `Invalid state index ${stateId}`);
    const isDone = state.goals.length === 0;
    return {
      goals: goals ? state.goals.map(wireGoal) : [],
      extraMVars: [],
      ...(rootExpr && isDone && { root: { pp: state.sorry ? 'fun h => sorry' : 'fun h => h' } }),
      ...(at('0.3.1') && { rootHasSorry: state.sorry === true, rootHasUnsafe: false, rootHasMVar: !isDone }),
    };
  },
  'env.inspect': ({ name, value, dependency }) => {
    if (name !== 'Nat.add_comm') return error('index', `Symbol not found ${name}`);
    return {
      type: { pp: '∀ (n m : Nat), n + m = m + n' },
      isUnsafe: false,
      module: 'Init.Data.Nat.Basic',
      ...(value && { value: { pp: 'fun n => …' } }),
      ...(dependency && { typeDependency: ['Nat', 'Eq'], ...(value && { valueDependency: ['Nat', 'Nat.rec'] }) }),
    };
  },
  'env.catalog': () =>
    at('0.3.11') ? error('command', 'filename missing') : { symbols: ['tNat.add_comm', 'dNat.add', 'tNat.mul_comm'] },
  'env.parse': ({ input }) => {
    if (!at('0.3.5')) return error('command', 'Unknown command env.parse');
    const known = ['intro', 'skip', 'exact', 'split'];
    if (!known.includes(input.split(' ')[0])) return error('parse', '<Pantograph>:1:1: unknown tactic');
    return input === 'exact' ? error('parse', '<Pantograph>:1:6: unexpected end of input') : { pos: input.length };
  },
};

async function answer(line) {
  let name;
  let payload;
  try {
    if (line.trimStart().startsWith('{')) ({ cmd: name, payload } = JSON.parse(line));
    else {
      const cut = line.indexOf(' ');
      name = line.slice(0, cut);
      payload = JSON.parse(line.slice(cut + 1));
    }
  } catch (e) {
    return error('command', e.message);
  }
  const command = commands[name];
  if (!command) return error('command', `Unknown command ${name}`);
  return command(payload);
}

setTimeout(() => {
  for (const line of config.beforeReady ?? []) write(line);
  if (!config.neverReady) write('ready.');
  listen();
}, config.readyAfterMs ?? 0);

async function listen() {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() === '') break;
    if (line.includes('"garbage"')) write('{ this is no answer');
    else write(JSON.stringify(await answer(line)));
  }
  process.exit(0);
}
