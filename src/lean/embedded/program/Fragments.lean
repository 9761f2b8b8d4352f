/-! # Fragments: conv and calc, step by step; and the choice of action of `goal.tactic` -/
namespace Proofdeck
open Lean Elab Meta

/-! ## conv -/

/-- Turn the goal `target` into `target = ?rhs`, to be rewritten from the left. -/
def enterConv (t : Step) : TermElabM Made := t.goal.withContext do
  let (rhs, whole) ← Tactic.Conv.mkConvGoalFor (← instantiateMVars (← t.goal.getType)) (← t.goal.getTag)
  let conv := whole.mvarId!
  return { goals := [conv], fragments := t.state.fragments.insert conv (.conv t.goal rhs.mvarId! conv) }

/-- Close what is left of a conversion by `rfl` and go back to the goal it began from. -/
def leaveConv (parent rhs whole : MVarId) (left : List MVarId) : MetaM MVarId := do
  for g in left do g.withContext (g.refl <|> g.inferInstance <|> throwError "the conversion cannot end here: `rfl` does not close{indentD (.ofGoal g)}")
  parent.withContext do
    let new ← instantiateMVars (.mvar rhs)
    parent.replaceTargetEq new (← instantiateMVars (.mvar whole))

/-- Conv tactics, separated like the tactics of a block. -/
def parseConv (env : Environment) (text : String) : Except String Syntax := do
  let sequence := Parser.withPosition (Parser.sepBy1Indent (Parser.categoryParser `conv 0) "; ")
  let list ← parseWhole env sequence.fn text
  return mkNode ``Parser.Tactic.Conv.convSeq #[mkNode ``Parser.Tactic.Conv.convSeq1Indented #[list]]

def isConvGoal (g : MVarId) : MetaM Bool := return (isLHSGoal? (← instantiateMVars (← g.getType))).isSome

/-- Goals of the same conversion, the addressed one first. -/
def convGoals (t : Step) (whole : MVarId) : List MVarId :=
  t.goal :: t.others.filter fun g => match t.state.fragment g with | .conv _ _ w => w == whole | _ => false

def convStep (t : Step) (parent rhs whole : MVarId) (stx : Syntax) : TermElabM Made := do
  let goals ← runTactic (convGoals t whole) (Tactic.evalTactic stx)
  let inside ← goals.filterM fun g => isConvGoal g
  if inside.isEmpty then
    let new ← leaveConv parent rhs whole []
    return { goals := new :: goals, fragments := t.state.fragments }
  return { goals, fragments := inside.foldl (fun m g => m.insert g (.conv parent rhs whole)) t.state.fragments }

/-! ## calc -/

/-- Prove a relation by its first step `lhs ~ b`: the step is a goal, and so is the rest unless `b` is the end. -/
def calcStep (t : Step) (stx : Syntax) : TermElabM Made := t.goal.withContext do
  let target ← instantiateMVars (← t.goal.getType)
  let some (relation, start, finish) ← Term.getCalcRelation? target | throwError "`calc` needs a relation, but the goal is{indentExpr target}"
  let type ← Term.elabType (← Term.annotateFirstHoleWithType ⟨stx⟩ (← inferType start))
  Term.synthesizeSyntheticMVarsNoPostponing
  let type ← instantiateMVars type
  let some (_, lhs, rhs) ← Term.getCalcRelation? type | throwError "a step of `calc` is a relation, but this is{indentExpr type}"
  unless ← isDefEq lhs start do throwError "the step starts at{indentExpr lhs}\nbut the goal starts at{indentExpr start}"
  let type ← instantiateMVars type
  if type.hasExprMVar then throwError "the step has holes{indentExpr type}"
  let step ← mkFreshExprSyntheticOpaqueMVar type `calc
  if ← isDefEq type target then
    t.goal.assign step
    return { goals := [step.mvarId!], fragments := t.state.fragments }
  let restType := mkApp2 relation rhs finish
  let rest ← mkFreshExprSyntheticOpaqueMVar restType (← t.goal.getTag)
  let (proof, proofType) ← Term.mkCalcTrans step type rest restType
  unless ← isDefEq proofType target do throwError "the steps give{indentExpr proofType}\nbut the goal is{indentExpr target}"
  t.goal.assign proof
  return { goals := [step.mvarId!, rest.mvarId!], fragments := t.state.fragments.insert rest.mvarId! .calc }

/-! ## Modes -/

def changeMode (srv : Server) (j : Json) (t : Step) (mode : String) : Reply Json := do
  let invalid (why : String) : Reply Json := throw (error "invalid" why)
  match mode, t.state.fragment t.goal with
  | "conv", .tactic => finishStep srv j t [] (enterConv t)
  | "calc", .tactic => finishStep srv j t [] (return { goals := [t.goal], fragments := t.state.fragments.insert t.goal .calc })
  | "tactic", .conv parent rhs whole => finishStep srv j t [] do
    return { goals := [← leaveConv parent rhs whole (convGoals t whole)], fragments := t.state.fragments }
  | "tactic", .calc => finishStep srv j t [] (return { goals := [t.goal], fragments := t.state.fragments.insert t.goal .tactic })
  | "tactic", .tactic => invalid "the goal is not in a fragment"
  | "conv", f | "calc", f => invalid s!"the goal is already in fragment {fragmentName f}"
  | m, _ => throw (error "operation" s!"Unknown mode {m}; known are tactic, conv, calc")

/-! ## goal.tactic -/

/-- The kinds of the tactics that a text consists of. -/
def kindFields (tactics : Array Syntax) : List (String × Json) :=
  let kinds := tactics.map (toString ·.getKind)
  present [("syntaxKind", kinds[0]?.map toJson), ("syntaxKinds", if kinds.size > 1 then some (toJson kinds) else none)]

/-- Text given to a goal: a tactic block, or inside a fragment a conv tactic or a calc step. -/
def textStep (srv : Server) (j : Json) (t : Step) (text : String) : Reply Json := do
  let env := t.state.core.env
  -- Inside a fragment a parse failure comes as a failed tactic.
  let fragmentError (e : String) : Reply Json := finishStep srv j t [] (throwError "{e}")
  match t.state.fragment t.goal with
  | .tactic => match parseTactics env text with
    | .error e => return parseError e
    | .ok stx => finishStep srv j t (kindFields (tacticsOf stx)) (t.run (Tactic.evalTactic stx))
  | .conv parent rhs whole => match parseConv env text with
    | .error e => fragmentError e
    | .ok stx => finishStep srv j t (kindFields (tacticsOf stx)) (convStep t parent rhs whole stx)
  | .calc => match parseTerm env text with
    | .error e => fragmentError e
    | .ok stx => finishStep srv j t [] (calcStep t stx)

def goalTactic (srv : Server) (j : Json) : Reply Json := do
  let state ← load srv j
  let automatic := (← field? (α := Bool) j "autoResume").getD (← srv.settings.get).automaticMode
  let keys := ["tactic", "mode", "expr", "have", "let", "draft"]
  let given := keys.filter fun k => match j.getObjVal? k with | .ok .null | .error _ => false | .ok _ => true
  let [key] := given | throw (error "operation" s!"Exactly one of tactic, mode, expr, have, let, draft must be supplied; given: {given}")
  let goal ← goalOf state automatic j
  let t : Step := { state, goal, automatic }
  let text ← field (α := String) j key
  let binder? ← field? (α := String) j "binderName"
  if key == "tactic" then return ← textStep srv j t text
  if key == "mode" then return ← changeMode srv j t text
  unless state.fragment goal matches .tactic do throw (error "invalid" s!"{key} is not possible in fragment {fragmentName (state.fragment goal)}")
  match parseTerm state.core.env text with
  | .error e => return parseError e
  | .ok stx => finishStep srv j t [] <| match key with
    | "expr" => t.run (Tactic.refineCore stx `refine (allowNaturalHoles := true))
    | "draft" => draftStep t stx
    | key => assumeStep t (key == "let") binder? stx

end Proofdeck
