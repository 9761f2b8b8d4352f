import { describe, expect, it } from 'vitest';
import type { OpenRun, Screen } from '../../sessions/workbench.ts';
import type { SearchEvent } from '../../src/search/events.ts';
import { searchSettingsSchema } from '../../src/search/settings.ts';
import { Controller } from '../../views/controller.ts';
import { width } from '../../views/text/width.ts';
import { createTheme } from '../../views/theme.ts';
import { openRunOf } from '../fixtures/open-run.ts';
import { failedToStart } from '../fixtures/runs.ts';
import { ScriptedWorkbench } from '../fixtures/scripted-workbench.ts';
import { plainLine } from '../helpers/plain.ts';

/** Clears the screen, sets the title, writes the clipboard, turns the direction, rings, breaks lines. */
const hostile = 'x\u001B[2J\u001B]0;owned\u0007\u001B]52;c;AAAA\u001B\\\u009B31m\u202Ey\u0007\u0008\r\n\u0000z\u001B[';

const events: readonly SearchEvent[] = [
  {
    kind: 'search.opened',
    problem: { name: hostile, statement: hostile, imports: [hostile], source: hostile },
    settings: searchSettingsSchema.parse({ block: [hostile] }),
    provider: { name: hostile, kind: hostile },
    worker: { kind: hostile, toolchain: hostile },
    fork: { search: hostile, node: 0, prefix: [hostile] },
  },
  {
    kind: 'goal.stored',
    hash: 'g',
    goal: { caseName: hostile, hypotheses: [{ name: hostile, type: hostile, value: hostile }], target: hostile },
  },
  { kind: 'root.started', goals: ['g'], ms: 1 },
  {
    kind: 'node.added',
    node: 0,
    parent: null,
    candidate: null,
    goals: ['g', 'g'],
    depth: 0,
    logProb: 0,
    pathLogProb: 0,
  },
  { kind: 'node.queued', node: 0, score: 0, round: 0 },
  { kind: 'expansion.begun', expansion: 0, node: 0, round: 0 },
  {
    kind: 'candidates.proposed',
    node: 0,
    round: 0,
    exhausted: true,
    ms: 1,
    candidates: [{ tactic: hostile, logProb: null, origin: hostile, raw: hostile }],
  },
  {
    kind: 'candidates.ranked',
    node: 0,
    round: 0,
    candidates: [{ candidate: 0, proposal: 0, tactic: hostile, logProb: null, origin: hostile, reason: hostile }],
  },
  {
    kind: 'tactic.answered',
    node: 0,
    candidate: 0,
    worker: 0,
    outcome: { kind: 'goals', goals: ['g'], messages: [hostile] },
    ms: 1,
    syntaxKind: hostile,
  },
  { kind: 'node.added', node: 1, parent: 0, candidate: 0, goals: ['g'], depth: 1, logProb: 0, pathLogProb: 0 },
  { kind: 'provider.failed', node: 0, round: 0, message: hostile, ms: 1 },
  {
    kind: 'verdict.given',
    node: 1,
    level: 'V0',
    accepted: false,
    axioms: [hostile],
    axiomsBehindLibrary: 'assumed',
    statementMatches: false,
    selfUse: false,
    checks: [hostile],
    toolchain: hostile,
    script: hostile,
    reason: hostile,
    ms: 1,
  },
  { kind: 'search.ended', status: 'error', reason: hostile },
];

function hostileRun(): OpenRun {
  const theorems = [hostile, `${hostile} 2`].map((name) => ({ name, statement: hostile, source: hostile }));
  return openRunOf({
    theorems,
    manifest: {
      corpus: { reference: hostile, theorems: 2, sha256: '', revision: hostile, preamble: [] },
      provider: { name: hostile, kind: hostile, url: hostile, model: hostile },
      lean: { kind: hostile, toolchain: hostile, imports: [] },
    },
    outcomeOf: (job) => (job.index === 0 && job.kind === 'theorem' ? failedToStart(hostile, hostile) : null),
    more: [
      { kind: 'run.warned', about: 'disk', message: hostile },
      { kind: 'run.paused', by: 'provider', message: hostile },
    ],
    live: {
      phase: hostile,
      host: hostile,
      inFlight: [
        { job: 't1.1', theorem: hostile, expansions: 1, nodes: 1, open: 1, runningMs: 1, depth: 1, tactic: hostile },
      ],
      stalled: { since: hostile, message: hostile },
    },
  });
}

function desk(screen: Screen): Controller {
  const workbench = new ScriptedWorkbench();
  workbench.open('s0', 0, events);
  workbench.open('s1', 0, events);
  workbench.more = {
    compared: 's0',
    session: { id: 'here', title: hostile, readOnly: true, writer: hostile },
    sessions: [
      {
        id: 'one',
        title: hostile,
        createdAt: '',
        updatedAt: '',
        bytes: 1,
        events: 1,
        openElsewhere: true,
        searches: [{ search: 's', name: hostile, status: 'proved', level: 'V3', nodes: 1, expansions: 1 }],
      },
    ],
    preparation: {
      phase: 'x',
      text: hostile,
      fraction: null,
      elapsedMs: 1,
      status: 'failed',
      failure: { message: hostile, remedy: hostile },
    },
    provider: { name: hostile, detail: hostile },
    inspection: {
      name: hostile,
      status: 'found',
      kind: hostile,
      module: hostile,
      statement: hostile,
      value: hostile,
      axioms: [hostile],
      axiomsBehindLibrary: hostile,
      constants: [hostile],
      occurrences: [{ session: 's', search: 's', where: hostile }],
    },
    doctor: [{ name: hostile, status: 'warning', found: hostile, remedy: hostile }],
    notice: { level: 'error', text: hostile },
    runs: [
      {
        id: 'adhoc/here',
        command: 'search',
        corpus: hostile,
        status: 'interrupted',
        done: 1,
        total: 2,
        proved: 1,
        createdAt: '',
        updatedAt: '',
        problem: null,
      },
      {
        id: 'adhoc/there',
        command: 'eval',
        corpus: '',
        status: 'unreadable',
        done: 0,
        total: 0,
        proved: 0,
        createdAt: '',
        updatedAt: '',
        problem: hostile,
      },
    ],
    run: hostileRun(),
    comparedRuns: { names: [hostile], comparison: null, problem: hostile },
  };
  return new Controller({ workbench, theme: createTheme({ depth: 24, ascii: false }), screen, now: () => 0 });
}

describe('text from Lean, models and files', () => {
  const screens: readonly Screen[] = ['home', 'search', 'run', 'inspect', 'compare', 'doctor'];
  it.each(screens)('cannot reach the terminal on the %s screen', (screen) => {
    for (const keys of ['', '2', '3', 'u', 't', 'B', 'o', '2d', '3\r', '?', ':']) {
      for (const size of [
        { rows: 40, columns: 160 },
        { rows: 24, columns: 80 },
        { rows: 12, columns: 40 },
      ]) {
        const controller = desk(screen);
        controller.frame(size);
        controller.keys([...keys].map((key) => (key === '\r' ? 'enter' : key)));
        for (const line of controller.frame(size)) {
          const shown = plainLine(line);
          expect(shown, `after ${JSON.stringify(keys)}`).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E]/);
          expect(width(shown)).toBe(size.columns);
        }
      }
    }
  });

  it('cannot get into a prompt by pasting', () => {
    const controller = desk('search');
    controller.keys(['t']);
    controller.paste(hostile);
    expect(controller.ui.overlay).toMatchObject({ edit: { text: 'xy\nz' } });
  });
});
