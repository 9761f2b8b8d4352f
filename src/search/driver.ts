import type { Goal } from '../lean/goal.ts';
import { goalHash } from '../lean/goal-hash.ts';
import { type ValueModel, valueRecord } from '../value/score/value-model.ts';
import type { InputEvent, SearchEvent } from './events.ts';
import {
  answeredEvent,
  askValue,
  type ProposeQuestion,
  proposalEvents,
  proposeQuestions,
  scoresEvent,
  tacticLimits,
} from './exchange.ts';
import { InFlight } from './in-flight.ts';
import type { SearchMachine } from './machine.ts';
import type { SearchRequest } from './request.ts';
import { RunningTime } from './running-time.ts';
import { startRoot } from './start-root.ts';
import type { SearchState } from './state.ts';
import { StateRefs } from './state-refs.ts';
import type { SearchWorld } from './world.ts';

type CancelTries = Extract<SearchRequest, { kind: 'cancelTries' }>;
type TryTactic = Extract<SearchRequest, { kind: 'tryTactic' }>;

export interface DriverOptions {
  /**
   * Passes answers on in the order of the questions, so that the search does not depend on how fast each was. A person who
   * looks on wants them as they come. @default false
   */
  readonly inOrder?: boolean;
}

/** Searches of this process so far. */
let searches = 0;

/** Carries out what a search machine asks for, and brings the answers in as recorded events. */
export class SearchDriver {
  readonly machine: SearchMachine;
  #world: SearchWorld;
  readonly #record: (event: SearchEvent) => void;
  readonly #refs: StateRefs;
  readonly #time: RunningTime;
  readonly #inFlight: InFlight;
  /** Servers take turns between searches. */
  readonly #lane = `search ${searches++}`;
  #waiters: (() => void)[] = [];
  /** What a person wished before the root goal was there. */
  #wish: Extract<InputEvent, { kind: 'user.run' | 'user.step' }> | null = null;
  #isClosed = false;

  /** @param record gets every event, inputs first, in the order in which they happen */
  constructor(
    machine: SearchMachine,
    world: SearchWorld,
    record: (event: SearchEvent) => void,
    { inOrder = false }: DriverOptions = {},
  ) {
    this.machine = machine;
    this.#world = world;
    this.#record = record;
    this.#inFlight = new InFlight(inOrder);
    this.#refs = new StateRefs(machine.state);
    this.#time = new RunningTime(world.clock, machine.state.runningMs, (runningMs) => {
      // What was answered in time counts.
      this.#inFlight.passAll();
      this.input({ kind: 'time.expired', runningMs });
    });
  }

  get state(): SearchState {
    return this.machine.state;
  }

  get provider(): SearchWorld['provider'] {
    return this.#world.provider;
  }

  get value(): ValueModel | null {
    return this.#world.value ?? null;
  }

  /** Milliseconds spent running, pauses left out. */
  get runningMs(): number {
    return this.#time.ms;
  }

  /** Takes an event from outside: a person's wish, or an answer. A wish to run waits for the root goal. */
  input(event: InputEvent): void {
    if (this.#isClosed) return;
    if ((event.kind === 'user.run' || event.kind === 'user.step') && this.state.mode === 'starting') {
      this.#wish = event;
      return;
    }
    if (event.kind === 'user.run' && this.state.ended?.status === 'timeout') this.#time.reset();
    this.#record(event);
    const { derived, requests } = this.machine.input(event);
    for (const one of derived) {
      this.#record(one);
      if (one.kind === 'node.repeated') this.#world.prover.release([this.#refs.resultKey(one.node, one.candidate)]);
    }
    this.#keepTime();
    for (const request of requests) this.#dispatch(request);
    if (event.kind === 'root.started' && this.#wish) this.input(this.#wish);
    if (!this.#busy) for (const wake of this.#waiters.splice(0)) wake();
  }

  /** Asks again for everything that a reopened search was waiting for. */
  resume(): void {
    for (const request of this.machine.outstanding()) this.#dispatch(request);
  }

  /** Uses another provider from the next expansion on. */
  changeProvider(provider: SearchWorld['provider']): void {
    this.#world = { ...this.#world, provider };
    const { name, kind, identities = [] } = provider;
    this.input({
      kind: 'user.provider',
      name,
      providerKind: kind,
      ...(identities.length > 0 && { identities: [...identities] }),
    });
  }

  /** Uses another value model, or none, from the next expansion on. */
  changeValue(value: ValueModel | null): void {
    this.#world = { ...this.#world, value };
    // What the old one still answers is not wanted any more.
    this.#inFlight.giveUpScoring();
    this.input({ kind: 'user.value', value: value && valueRecord(value) });
  }

  /** Resolves when the search has ended, or waits for a person. */
  async settled(): Promise<SearchState> {
    if (this.#busy) await new Promise<void>((resolve) => this.#waiters.push(resolve));
    return this.state;
  }

  /** Gives up what is in flight and takes no further event. The search itself can go on later, with another driver. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#time.pause();
    this.#inFlight.giveUpAll();
    await this.#world.prover.close();
  }

  get #busy(): boolean {
    const { mode } = this.state;
    return mode === 'starting'
      ? this.state.ended === null
      : mode !== 'ended' && (mode !== 'paused' || this.machine.waiting);
  }

  #keepTime(): void {
    const { mode, settings } = this.state;
    if (mode === 'running' || mode === 'stepping') this.#time.start(mode === 'running' ? settings.timeout * 1000 : 0);
    else if (this.#time.pause()) this.input({ kind: 'time.noted', runningMs: Math.round(this.#time.ms) });
  }

  #dispatch(request: SearchRequest): void {
    switch (request.kind) {
      case 'startRoot':
        void this.#start();
        break;
      case 'propose':
        for (const question of proposeQuestions(this.state, request.nodes)) void this.#propose(question);
        break;
      case 'tryTactic':
        this.#inFlight.asked(this.#refs.resultKey(request.node, request.candidate));
        void this.#try(request);
        break;
      case 'judge':
        this.#inFlight.hold();
        void this.#judge(request.node, request.proof);
        break;
      case 'cancelTries':
        this.#cancel(request.tries);
        break;
      case 'score':
        void this.#score(request.nodes);
        break;
    }
  }

  /** Gives up tries of a node, or everything. */
  #cancel(tries: CancelTries['tries']): void {
    if (tries === null) this.#inFlight.giveUpAll();
    else
      for (const candidate of tries.candidates) this.#inFlight.giveUpTry(this.#refs.resultKey(tries.node, candidate));
  }

  async #start(): Promise<void> {
    const refusal = this.state.problem?.refusal;
    if (refusal) {
      this.input({ kind: 'root.failed', ...refusal });
      return;
    }
    const started = await startRoot(this.state, this.#world.prover, this.#refs, this.#inFlight);
    if (started.kind !== 'started') this.input(started);
    else this.input({ kind: 'root.started', goals: this.#store(started.goals), ms: Math.round(started.ms) });
  }

  async #propose({ nodes, ask }: ProposeQuestion): Promise<void> {
    const { provider, clock } = this.#world;
    const { signal } = this.#inFlight;
    const key = this.#inFlight.ask('proposal');
    const before = clock.now();
    const result = await provider.propose({ ...ask, lane: this.#lane, signal });
    // The machine has given these nodes up.
    if (signal.aborted) return;
    const ms = Math.round((clock.now() - before) * 10) / 10;
    this.#inFlight.deliver(key, () => {
      for (const event of proposalEvents(nodes, result, ms)) this.input(event);
    });
  }

  async #score(nodes: readonly number[]): Promise<void> {
    const { clock } = this.#world;
    const { value, state } = this;
    const { signal } = this.#inFlight;
    const key = this.#inFlight.ask('values');
    const before = clock.now();
    const result = await askValue(value, state, nodes, signal);
    // The machine has given these nodes up, or wants them from another model.
    if (signal.aborted || !this.#inFlight.endScoring(key)) return;
    const ms = Math.round((clock.now() - before) * 10) / 10;
    this.#inFlight.deliver(key, () => this.input(scoresEvent(nodes, result, ms)));
  }

  async #try({ node, candidate, tactic, heartbeats }: TryTactic): Promise<void> {
    const key = this.#refs.resultKey(node, candidate);
    const signal = this.#inFlight.beginTry(key);
    const answer = await this.#world.prover.tryTactic(
      this.#refs.ref(node),
      key,
      tactic,
      { ...tacticLimits(this.state.settings), heartbeats },
      { onSent: (worker) => signal.aborted || this.input({ kind: 'tactic.sent', node, candidate, worker }), signal },
    );
    this.#inFlight.endTry(key);
    // After a cancel the machine has given these candidates up.
    if (!signal.aborted)
      this.#inFlight.deliver(key, () => {
        const store = (goals: readonly Goal[]) => this.#store(goals);
        this.input(answeredEvent(node, candidate, answer, store));
      });
  }

  /** Makes sure that each goal's text is in the log before an event names its hash. */
  #store(goals: readonly Goal[]): string[] {
    return goals.map((goal) => {
      const hash = goalHash(goal);
      if (!this.state.goals.has(hash)) this.input({ kind: 'goal.stored', hash, goal });
      return hash;
    });
  }

  async #judge(node: number, proof: readonly string[]): Promise<void> {
    const before = this.#world.clock.now();
    const verdict = await this.#world.judge(proof);
    this.input({ kind: 'verdict.given', node, ...verdict, ms: Math.round(this.#world.clock.now() - before) });
    this.#inFlight.release();
  }
}
