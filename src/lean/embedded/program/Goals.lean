/-! # Goals: start, tactic, continue, print, delete -/
namespace Proofdeck
open Lean Elab Meta

/-! ## Reading text -/

def parseTerm (env : Environment) (text : String) : Except String Syntax :=
  match unreadable? text with
  | some why => .error why
  | none => Parser.runParserCategory env `term text.crlfToLf messageFile

/-- Text up to its end as what `p` reads. -/
def parseWhole (env : Environment) (p : Parser.ParserFn) (text : String) : Except String Syntax := do
  if let some why := unreadable? text then throw why
  let text := text.crlfToLf
  let ictx := Parser.mkInputContext text messageFile
  let s := (Parser.andthenFn Parser.whitespace p).run ictx { env, options := {} } (Parser.getTokenTable env) (Parser.mkParserState text)
  if s.hasError || !s.recoveredErrors.isEmpty then .error (s.toErrorMsg ictx)
  else if ictx.atEnd s.pos then .ok s.stxStack.back
  else .error ((s.mkError "end of input").toErrorMsg ictx)

/-- A tactic block, read as after `by`: one tactic or several, separated by `;` or by line breaks at the column of the first.
The column matters: tactic names are not reserved words, so without it `intro a\nomega` reads as `intro a omega`. -/
def parseTactics (env : Environment) (text : String) : Except String Syntax :=
  parseWhole env Parser.Tactic.tacticSeq.fn text

/-- The tactics of a block; each is named by its syntax kind in traces. -/
def tacticsOf (block : Syntax) : Array Syntax :=
  let inner := block[0]
  let list := if inner.getKind == ``Parser.Tactic.tacticSeqBracketed then inner[1] else inner[0]
  list.getSepArgs

/-- Elaborate a statement: a type without holes. Unknown names and universes are errors; nothing is bound automatically. -/
def elabProp (text : String) : TermElabM Expr := do
  match parseTerm (← getEnv) text with
  | .error e => throwError "{e}"
  | .ok stx =>
    let e ← Term.elabType stx
    Term.synthesizeSyntheticMVarsNoPostponing
    let e ← Term.levelMVarToParam (← instantiateMVars e)
    if e.hasExprMVar then throwError "the statement has holes: {e}"
    return e

/-! ## Sorry and unsafe -/

/-- Whether terms use `sorry` or unsafe constants, also inside declarations that were made since `base`. -/
structure Flags where
  hasSorry  : Bool := false
  hasUnsafe : Bool := false
  seen      : NameSet := {}

partial def Flags.add (env base : Environment) (e : Expr) (f : Flags) : Flags :=
  e.getUsedConstants.foldl (init := { f with hasSorry := f.hasSorry || e.hasSorry }) fun f n =>
    if f.seen.contains n then f else
    let f := { f with seen := f.seen.insert n }
    match env.find? n with
    | none => f
    | some c =>
      let f := { f with hasUnsafe := f.hasUnsafe || c.isUnsafe, hasSorry := f.hasSorry || n == ``sorryAx }
      if base.contains n then f else match c.value? (allowOpaque := true) with
        | some v => f.add env base v
        | none => f

def flagsOf (srv : Server) (terms : List Expr) : MetaM Flags := do
  let env ← getEnv
  terms.foldlM (init := {}) fun f e => return f.add env srv.base (← instantiateMVars e)

/-! ## goal.start -/

def goalStart (srv : Server) (j : Json) : Reply Json := do
  let expr? ← field? (α := String) j "expr"
  let copyFrom? ← field? (α := String) j "copyFrom"
  let levels := (← names? j "levels").getD []
  let s ← freshState srv
  let (root, s) ← match expr?, copyFrom? with
    | some text, none =>
      if let .error e := parseTerm s.core.env text then throw (error "parsing" e)
      let known := (← srv.scope.get).levelNames
      runIn srv (limits j) "elab" s do
        let type ← Term.withLevelNames (levels.reverse ++ known) (elabProp text)
        return (← mkFreshExprMVar type .syntheticOpaque).mvarId!
    | none, some name =>
      let some c := s.core.env.find? name.toName | throw (error "index" s!"Symbol not found: {name}")
      runIn srv (limits j) "elab" s (return (← mkFreshExprMVar c.type .syntheticOpaque).mvarId! : MetaM MVarId)
    | _, _ => throw (error "arguments" "Exactly one of {expr, copyFrom} must be supplied")
  let id ← save srv { s with goals := [root], root }
  return .mkObj [("stateId", toJson id), ("root", toString root.name)]

/-! ## goal.tactic -/

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

def isOpen (g : MVarId) : MetaM Bool := return !(← g.isAssignedOrDelayedAssigned)

def isAbort : Exception → Bool
  | .internal id _ => isAbortExceptionId id
  | .error .. => false

/-- Run an action and answer in the shape of section 8.1. An error that the action throws comes first among its messages. -/
def finishStep (srv : Server) (j : Json) (t : Step) (more : List (String × Json)) (action : TermElabM Made) : Reply Json := do
  let heartbeats ← IO.getNumHeartbeats
  let started ← IO.monoMsNow
  let act : TermElabM (Option MessageData × Made × Flags) := do
    let (thrown?, made) ← try pure (none, ← action) catch e =>
      if e.isRuntime || e.isInterrupt then throw e
      let thrown? ← if isAbort e then pure none else some <$> addMessageContextFull e.toMessageData
      let logged ← Core.getMessageLog
      -- An abort means that the reason has been logged.
      unless thrown?.isSome || logged.hasErrors do throw e
      pure (thrown?, { goals := [], fragments := t.state.fragments })
    if thrown?.isSome || (← Core.getMessageLog).hasErrors then return (thrown?, made, {})
    -- A step may also solve a goal that it did not address, by unification.
    let waiting ← if t.automatic then t.others.filterM fun g => return !made.goals.contains g && (← isOpen g) else pure []
    let closed ← t.state.goals.filterM fun g => return !(← isOpen g)
    return (none, { made with goals := made.goals ++ waiting }, ← flagsOf srv (closed.map .mvar))
  let s := { t.state with core := { t.state.core with messages := {}, infoState := {}, traceState := {} } }
  let ((thrown?, made, flags), s') ← runIn srv (limits j) "exception" s act
  let logged := s'.core.messages.toList
  let spent := [("heartbeats", toJson (((← IO.getNumHeartbeats) - heartbeats) / 1000))]
  let time : IO (List (String × Json)) := return [("ms", toJson ((← IO.monoMsNow) - started))]
  if thrown?.isSome || s'.core.messages.hasErrors then
    let first := thrown?.toList.map fun data => ({ fileName := messageFile, pos := ⟨0, 0⟩, data } : Message)
    let messages ← (first ++ logged).mapM (messageJson ·)
    return .mkObj ([("messages", toJson messages), ("hasSorry", toJson false), ("hasUnsafe", toJson false)] ++ more ++ spent ++ (← time))
  let messages ← logged.mapM (messageJson ·)
  let ran ← time
  let parents ← runFor srv {} "exception" s' (s.goals.filterM (fun g => return !(← isOpen g)) : MetaM (List MVarId))
  let s' := { s' with goals := made.goals, fragments := made.fragments, parents, core := { s'.core with messages := {}, infoState := {}, traceState := {} } }
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

/-! ## goal.continue, goal.print, goal.delete -/

def goalContinue (srv : Server) (j : Json) : Reply Json := do
  let target ← loadId srv (← field j "target")
  let branch? ← field? (α := Nat) j "branch"
  let goals? ← names? j "goals"
  let (candidates, fragments) ← match branch?, goals? with
    | some id, none =>
      let branch ← loadId srv id
      unless target.goals.isEmpty do throw (error "structure" s!"Target state has {target.goals.length} unresolved goals")
      unless branch.root == target.root do throw (error "structure" s!"Roots of the states differ: {target.root.name} and {branch.root.name}")
      pure (branch.goals, branch.fragments.foldl (init := target.fragments) (·.insert · ·))
    | none, some names => pure (names.map (⟨·⟩), target.fragments)
    | _, _ => throw (error "arguments" "Exactly one of {branch, goals} must be supplied")
  for g in candidates do
    unless target.meta'.mctx.decls.contains g do throw (error "structure" s!"Goal {g.name} is not in scope")
  let goals ← runFor srv {} "exception" target (candidates.filterM isOpen : MetaM (List MVarId))
  let s := { target with goals, fragments, parents := [] }
  let (json, s) ← goalsJson srv s
  return .mkObj [("nextStateId", toJson (← save srv s)), ("goals", .arr json)]

def goalPrint (srv : Server) (j : Json) : Reply Json := do
  let s ← load srv j
  let wantRoot := (← field? (α := Bool) j "rootExpr").getD false
  let wantParents := (← field? (α := Bool) j "parentExprs").getD ((← field? (α := Bool) j "parentExpr").getD false)
  let wantGoals := (← field? (α := Bool) j "goals").getD false
  let extra := (← names? j "extraMVars").getD []
  let st ← srv.settings.get
  let assigned? (g : MVarId) : MetaM (Option Expr) := do
    if !(← getMCtx).decls.contains g then return none
    let e ← instantiateMVars (.mvar g)
    return if e == .mvar g then none else some e
  let act : MetaM (List (String × Json)) := do
    let root? ← assigned? s.root
    let flags ← flagsOf srv root?.toList
    let term ← if wantRoot then s.root.withContext (root?.mapM (exprJson st)) else pure none
    let parents ← s.parents.mapM fun g => g.withContext do
      -- A goal in a fragment has a term only when the fragment is left.
      if !(s.fragment g matches .tactic) then return Json.null
      return (← (← assigned? g).mapM (exprJson st)).getD .null
    let extras ← extra.mapM fun n => do
      match ← assigned? ⟨n⟩ with
      | some e => MVarId.withContext ⟨n⟩ (exprJson st e)
      | none => return Json.mkObj []
    return present [("root", term), ("parentExprs", if wantParents then some (toJson parents) else none), ("extraMVars", some (toJson extras)),
      ("rootHasSorry", some flags.hasSorry), ("rootHasUnsafe", some flags.hasUnsafe),
      ("rootHasMVar", some ((root?.map (·.hasExprMVar)).getD true))]
  let fields ← runFor srv { heartbeats := 0, recDepth := 4096 } "exception" s act
  let goals ← if wantGoals then pure (← goalsJson srv s).1 else pure #[]
  return .mkObj (("goals", .arr goals) :: fields)

def goalDelete (srv : Server) (j : Json) : Reply Json := do
  let ids ← field (α := List Nat) j "stateIds"
  srv.states.modify fun m => ids.foldl (fun m i => m.erase i) m
  return .mkObj []

/-- Extension: the goals of a state once more. -/
def stateGoals (srv : Server) (j : Json) : Reply Json := do
  let s ← load srv j
  let (goals, _) ← goalsJson srv s
  return .mkObj [("stateId", j.getObjValD "stateId"), ("root", toString s.root.name), ("goals", .arr goals)]

end Proofdeck
