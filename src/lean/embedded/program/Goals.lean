/-! # Goals: start, continue, print, delete -/
namespace Proofdeck
open Lean Elab Meta

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

/-! ## goal.continue, goal.print, goal.delete -/

def isOpen (g : MVarId) : MetaM Bool := return !(← g.isAssignedOrDelayedAssigned)

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
