import { describe, expect, it } from 'vitest';
import type { ServersView } from '../../sessions/servers/view.ts';
import type { Screen } from '../../sessions/workbench.ts';
import { Controller } from '../../views/controller.ts';
import { width } from '../../views/text/width.ts';
import { createTheme } from '../../views/theme.ts';
import { ScriptedWorkbench } from '../fixtures/scripted-workbench.ts';
import { opening } from '../fixtures/search-script.ts';
import { awayServer, gpus, serverView } from '../fixtures/servers.ts';
import { plain } from '../helpers/plain.ts';

function desk(servers: ServersView | null, screen: Screen = 'home') {
  const workbench = new ScriptedWorkbench();
  // The scripted search asks the provider `heuristic`.
  const name = screen === 'search' ? 'heuristic' : 'deepseek';
  workbench.more = { servers, provider: { name, detail: 'DeepSeek-Prover-V2 on SGLang' } };
  if (screen === 'search') workbench.open('s1', 0, opening('p → p', 'id'));
  const controller = new Controller({
    workbench,
    theme: createTheme({ depth: 0, ascii: false }),
    screen,
    now: () => 0,
  });
  const draw = (columns = 120, rows = 30): string => plain(controller.frame({ rows, columns })).join('\n');
  return { workbench, controller, draw };
}

describe('on Home', () => {
  it('a server has a line with its face and its load, a GPU one with its own', () => {
    const screen = desk({ servers: [serverView()], gpus }).draw(200, 50);
    expect(screen).toMatch(/server M » busy +\/models\/llm\/iter_3 +running 30 +queued 2 +tokens\/s 4,280 +KV 93\.1 %/);
    expect(screen).toMatch(/GPU 0 +busy 97 % +memory 120 GB of 150 GB +at 61 C.*held by sglang::scheduler \(pid 4242/);
  });

  it('one that does not answer says since when, and when it is tried again', () => {
    expect(desk({ servers: [awayServer()], gpus: null }).draw()).toMatch(
      /server M ! not answering for 12 s, next try in 6\.0 s +GET http:\/\/gpu-box:30000\/model_info: nobody listens/,
    );
  });

  it('several are counted by how they stand, the worst first, whatever room there is', () => {
    const servers = [serverView(), { ...awayServer(), profile: 'bfs' }, serverView({ profile: 'kimina' })];
    const { draw } = desk({ servers, gpus });
    const wide = draw(200, 80);
    expect(wide).toMatch(/ servers M 3 {2}! 1 not answering {2}» 2 busy +\n bfs +! not answering for 12 s/);
    expect(wide).toMatch(/\n deepseek » busy .*\n kimina +» busy .*\n GPU 0 /);
    expect(wide).not.toContain('shows all');
    const small = draw(80, 24);
    expect(small).toMatch(/ servers M 3 {2}! 1 not answering {2}» 2 busy {2}M shows all +\n bfs +! not answering/);
    expect(small).not.toContain('kimina');
    expect(draw(60, 14)).toMatch(/ servers M 3 {2}! 1 not answering {2}» 2 busy {2}M shows all +\n─/);
  });

  it('nothing is said where no server is asked', () => {
    expect(desk(null).draw()).not.toContain('server ');
  });
});

describe('on Search', () => {
  it('a search that waits for its provider is told from one that is left paused', () => {
    const face = (goesOn: boolean): string => {
      const { workbench } = desk(null, 'search');
      const searches = workbench.snapshot().searches.map((one) => ({
        ...one,
        goesOn,
        state: { ...one.state, mode: 'paused', pausedBy: 'provider' } as const,
      }));
      workbench.change({ searches });
      const theme = createTheme({ depth: 0, ascii: false });
      const controller = new Controller({ workbench, theme, screen: 'search', now: () => 0 });
      return plain(controller.frame({ rows: 24, columns: 80 })).join('\n');
    };
    expect(face(true)).toContain('waiting for the provider, goes on by itself');
    expect(face(false)).toContain('. paused (the provider failed)');
  });
});

describe('the panel', () => {
  it('has every figure, at the sizes that people have', () => {
    for (const [columns, rows] of [
      [200, 50],
      [120, 30],
      [80, 24],
    ] as const) {
      const { controller, draw } = desk({ servers: [serverView()], gpus });
      controller.keys(['M']);
      const screen = draw(columns, rows);
      for (const line of screen.split('\n')) expect(width(line)).toBe(columns);
      for (const wanted of [
        'weights iter-3',
        'context 8,192 tokens',
        'log-probs scaled',
        'running 30',
        'queued 2',
        'tokens/s 4,280',
        'cache hits 87.0 %',
        'KV use 93.1 %',
        'dp1 14 running 0 queued 80.0 %',
        'in flight 30 of at most 32',
        'waiting 12',
        'latency 1.5 s, p95 2.9 s',
        'breaker closed',
        'too long 3',
        'GPU 1',
      ])
        expect(screen, `${columns}x${rows}`).toContain(wanted);
    }
  });

  it('says what changed, and what a provider without a server is', () => {
    const changed = {
      at: Date.UTC(2026, 10, 20, 13, 14, 15),
      from: 'prover, weights iter-2',
      to: 'prover, weights iter-3',
    };
    const told = desk({ servers: [serverView({ changed })], gpus: null });
    told.controller.keys(['M']);
    expect(told.draw()).toContain('! changed at 13:14:15 UTC: prover, weights iter-2, is now prover, weights iter-3');
    const none = desk(null);
    none.controller.keys(['M']);
    expect(none.draw()).toContain('The provider deepseek asks no server');
    expect(none.draw(80, 24)).toContain('--set sglang.url=http://host:30000 ');
  });

  it('scrolls, and any other key closes it', () => {
    const { controller, draw } = desk({ servers: [serverView(), serverView({ profile: 'bfs' })], gpus });
    controller.keys(['M']);
    expect(draw(80, 12)).not.toContain('GPU 1');
    controller.keys(['G']);
    expect(draw(80, 12)).toContain('GPU 1');
    controller.keys(['x']);
    expect(draw(80, 24)).toContain('Open searches');
  });

  it('is looked at closely while it is open, and not at all where nothing of it shows', () => {
    const { workbench, controller, draw } = desk({ servers: [serverView()], gpus });
    draw();
    expect(workbench.attention).toBe('line');
    controller.keys(['M']);
    draw();
    expect(workbench.attention).toBe('panel');
    controller.keys(['escape', 'D']);
    draw();
    expect(workbench.attention).toBe('none');
  });
});

describe('on Search', () => {
  it('the status line says when the server of the provider does not work as it should, and only then', () => {
    expect(desk({ servers: [awayServer()], gpus: null }, 'search').draw()).toContain(
      'server ! not answering for 12 s, next try in 6.0 s M',
    );
    expect(desk({ servers: [serverView()], gpus: null }, 'search').draw()).not.toContain('server ');
  });

  it('answers that no tactic came out of are rows, with the reason and the raw text', () => {
    const { workbench, controller, draw } = desk(null, 'search');
    const raw = 'First I would try\nsomething clever.';
    workbench.apply('s1', [
      {
        kind: 'candidates.proposed',
        node: 0,
        round: 0,
        candidates: [],
        exhausted: true,
        dropped: [
          { raw, reason: 'prose, no tactic', origin: 'deepseek' },
          { raw: '', reason: 'it failed: 503', origin: 'bfs' },
        ],
        ms: 5,
      },
    ]);
    const screen = draw(220, 40);
    expect(screen).toContain('2 unusable');
    expect(screen).toMatch(/ - unusable +First I would try.*prose, no tactic/);
    expect(screen).toMatch(/ - unusable +\(nothing from bfs\).*it failed: 503/);
    controller.keys(['3', 'enter']);
    const opened = draw(120, 30);
    expect(opened).toContain('First I would try\n'.trimEnd());
    expect(opened).toContain('something clever.');
    expect(opened).toContain('prose, no tactic');
  });

  it('a shortened prompt and missing log-probs are said above the candidates', () => {
    const { workbench, draw } = desk(null, 'search');
    const candidate = {
      tactic: 'simp',
      logProb: null,
      origin: 'deepseek',
      reason: 'shortened prompt: without 3 hypotheses',
    };
    workbench.apply('s1', [
      { kind: 'candidates.proposed', node: 0, round: 0, candidates: [candidate], exhausted: true, ms: 5 },
      {
        kind: 'candidates.ranked',
        node: 0,
        round: 0,
        candidates: [{ ...candidate, candidate: 0, proposal: 0 }],
      },
    ]);
    expect(draw(220, 40)).toContain('1 waiting · shortened prompt · no log-probs');
  });
});
