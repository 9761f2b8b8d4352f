/-! # Steps: what one `goal.tactic` does to a state, and its answer -/
namespace Proofdeck
open Lean Elab Meta

/-! ## Running -/

/-- The goal that a request addresses: a position, a name (our extension), or the first. -/
def goalOf (s : State) (automatic : Bool) (j : Json) : Reply MVarId := do
  let bad (what : String) : Json := error "index" s!"{what}; the state has {s.goals.length} goals"
  match j.getObjVal? "goalId" with
  | .error _ | .ok .null => match s.goals with
    | g :: _ => return g
    | [] => throw (error (if automatic then "exception" else "index") "no goals to be proved")
  | .ok (.str n) => match s.goals.find? (toString ·.name == n) with
    | some g => return g
    | none => throw (bad s!"Invalid goal name {n}")
  | .ok v => match (fromJson? v : Except String Nat) with
    | .ok i => match s.goals[i]? with
      | some g => return g
      | none => throw (bad s!"Invalid goal index {i}")
    | .error e => throw (error "command" s!"field goalId: {e}")

/-- What a step starts from. In automatic mode a tactic sees its siblings (`all_goals`, `case`, `rotate_left`), the addressed goal first. -/
structure Step where
  state     : State
  goal      : MVarId
  automatic : Bool

def Step.others (t : Step) : List MVarId := t.state.goals.filter (· != t.goal)

/-- What a step did: the goals in their new order, without those that wait, and fragments begun or ended. -/
structure Made where
  goals     : List MVarId
  fragments : PersistentHashMap MVarId Fragment

/-- Run a tactic on the given goals. -/
def runTactic (goals : List MVarId) (tac : Tactic.TacticM Unit) : TermElabM (List MVarId) := do
  let whole : Tactic.TacticM Unit := do
    tac
    Term.synthesizeSyntheticMVarsNoPostponing
    Tactic.pruneSolvedGoals
  let start := match goals with | g :: _ => g | [] => ⟨.anonymous⟩
  start.withContext do
    return (← whole { elaborator := .anonymous, recover := false } |>.run { goals }).2.goals

def Step.run (t : Step) (tac : Tactic.TacticM Unit) : TermElabM Made := do
  let siblings := if t.automatic then t.others.filter fun g => t.state.fragment g matches .tactic else []
  return { goals := ← runTactic (t.goal :: siblings) tac, fragments := t.state.fragments }

def isAbort : Exception → Bool
  | .internal id _ => isAbortExceptionId id
  | .error .. => false

/-- Run an action and answer in the shape of section 8.1. An error that the action throws comes first among its messages. -/
def finishStep (srv : Server) (j : Json) (t : Step) (more : List (String × Json)) (action : TermElabM Made) : Reply Json := do
  let heartbeats ← IO.getNumHeartbeats
  let started ← IO.monoMsNow
  let act : TermElabM (Option MessageData × Made × List MVarId × Flags) := do
    let (thrown?, made) ← try pure (none, ← action) catch e =>
      if e.isRuntime || e.isInterrupt then throw e
      let thrown? ← if isAbort e then pure none else some <$> addMessageContextFull e.toMessageData
      let logged ← Core.getMessageLog
      -- An abort means that the reason has been logged.
      unless thrown?.isSome || logged.hasErrors do throw e
      pure (thrown?, { goals := [], fragments := t.state.fragments })
    if thrown?.isSome || (← Core.getMessageLog).hasErrors then return (thrown?, made, [], {})
    -- A step may also solve a goal that it did not address, by unification.
    let waiting ← if t.automatic then t.others.filterM fun g => return !made.goals.contains g && (← isOpen g) else pure []
    let closed ← t.state.goals.filterM fun g => return !(← isOpen g)
    return (none, { made with goals := made.goals ++ waiting }, closed, ← flagsOf srv (closed.map .mvar))
  let s := { t.state with core := { t.state.core with messages := {}, infoState := {}, traceState := {} } }
  let ((thrown?, made, closed, flags), s') ← runIn srv (limits j) "exception" s act
  let logged := s'.core.messages.toList
  let spent := [("heartbeats", toJson (((← IO.getNumHeartbeats) - heartbeats) / 1000))]
  let time : IO (List (String × Json)) := return [("ms", toJson ((← IO.monoMsNow) - started))]
  if thrown?.isSome || s'.core.messages.hasErrors then
    let first := thrown?.toList.map fun data => ({ fileName := messageFile, pos := ⟨0, 0⟩, data } : Message)
    let messages ← (first ++ logged).mapM (messageJson ·)
    return .mkObj ([("messages", toJson messages), ("hasSorry", toJson false), ("hasUnsafe", toJson false)] ++ more ++ spent ++ (← time))
  let messages ← logged.mapM (messageJson ·)
  let ran ← time
  let s' := { s' with goals := made.goals, fragments := made.fragments, parents := closed, core := { s'.core with messages := {}, infoState := {}, traceState := {} } }
  let (goals, s') ← goalsJson srv s'
  return .mkObj ([("nextStateId", toJson (← save srv s')), ("goals", .arr goals), ("messages", toJson messages),
    ("hasSorry", toJson flags.hasSorry), ("hasUnsafe", toJson flags.hasUnsafe)] ++ more ++ spent ++ ran)

def parseError (text : String) : Json :=
  .mkObj [("parseError", text), ("hasSorry", false), ("hasUnsafe", false)]

/-! ## Actions that give a term -/

/-- Split the addressed goal into a first goal of type `type` and the old one with a variable for it. -/
def assumeStep (t : Step) (isLet : Bool) (binder? : Option String) (stx : Syntax) : TermElabM Made := t.goal.withContext do
  let type ← Term.elabType stx
  Term.synthesizeSyntheticMVarsNoPostponing
  let type ← instantiateMVars type
  let name := match binder? with | some b => b.toName | none => if isLet then `x else `this
  let branch ← mkFreshExprSyntheticOpaqueMVar type (tag := if isLet then name else .anonymous)
  let extended ← if isLet then t.goal.define name type branch else t.goal.assert name type branch
  let (_, rest) ← extended.intro1P
  return { goals := [branch.mvarId!, rest], fragments := t.state.fragments }

/-- Replace each `sorry` in a term by a new goal. -/
def sorriesToGoals (e : Expr) : StateRefT (Array MVarId) MetaM Expr :=
  Meta.transform e (pre := fun e => do
    unless e.isAppOf ``sorryAx && e.getAppNumArgs ≥ 2 do return .continue
    -- A labelled `sorry` is `sorryAx (Name → α) synthetic label`.
    let size := if e.getAppArgs[0]!.isArrow && e.getAppArgs[0]!.bindingDomain!.isConstOf ``Name && e.getAppNumArgs ≥ 3 then 3 else 2
    let hole := mkAppN e.getAppFn (e.getAppArgs.extract 0 size)
    let goal ← mkFreshExprSyntheticOpaqueMVar (← instantiateMVars (← inferType hole))
    modify (·.push goal.mvarId!)
    return .done (mkAppN goal (e.getAppArgs.extract size e.getAppNumArgs)))

def draftStep (t : Step) (stx : Syntax) : TermElabM Made := t.goal.withContext do
  let type ← t.goal.getType
  let e ← Term.elabTermEnsuringType stx type
  Term.synthesizeSyntheticMVarsNoPostponing
  let e ← instantiateMVars e
  if e.hasExprMVar then throwError "the draft has holes other than `sorry`: {e}"
  let (e, goals) ← (sorriesToGoals e).run #[]
  t.goal.assign e
  -- Warnings about the `sorry`s that have become goals are of no use.
  Core.resetMessageLog
  return { goals := goals.toList, fragments := t.state.fragments }

end Proofdeck
