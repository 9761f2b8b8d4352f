/-! # Print: expressions and goals as JSON -/
namespace Proofdeck
open Lean Elab Meta

/-! ## Expressions -/

def pp (e : Expr) : MetaM Json := return .mkObj [("pp", toString (← ppExpr (← instantiateMVars e)))]

/-- A name inside an s-expression; names that no user wrote are `_`. -/
def astName (n : Name) : String := if n.hasMacroScopes || n.isAnonymous || n.isInternal then "_" else toString n

partial def astLevel (u : Level) : String :=
  match u.toNat, u with
  | some k, _ => toString k
  | none, .succ u => s!"(+ {astLevel u} 1)"
  | none, .max u v => s!"(:max {astLevel u} {astLevel v})"
  | none, .imax u v => s!"(:imax {astLevel u} {astLevel v})"
  | none, .param n => toString n
  | none, .mvar m => s!"(:mv {m.name})"
  | none, .zero => "0"

/-- The s-expression of an instantiated expression. -/
partial def ast (e : Expr) : MetaM String := do
  let binder (head : String) (n : Name) (t b : Expr) (i : BinderInfo) := do
    let suffix := match i with | .default => "" | .implicit => " :i" | .strictImplicit => " :si" | .instImplicit => " :ii"
    return s!"({head} {astName n} {← ast t} {← ast b}{suffix})"
  let list (head : String) (args : Array Expr) := do
    return s!"({head}{String.join ((← args.mapM ast).toList.map (" " ++ ·))})"
  match e with
  | .bvar i => return toString i
  | .fvar f => return s!"(:fv {f.name})"
  | .mvar m => return s!"({if ← m.isDelayedAssigned then ":mvd" else ":mv"} {m.name})"
  | .sort u => return s!"(:sort {astLevel u})"
  | .const n _ => return s!"(:c {n})"
  | .app .. => match e.getAppFn with
    | .mvar m => match ← getDelayedMVarAssignment? m with
      | some d => list s!":subst (:mv {d.mvarIdPending.name})" e.getAppArgs
      | none => list (← ast e.getAppFn) e.getAppArgs
    | f => list (← ast f) e.getAppArgs
  | .lam n t b i => binder ":lambda" n t b i
  | .forallE n t b i => binder ":forall" n t b i
  | .letE n t v b _ => return s!"(:let {astName n} {← ast t} {← ast v} {← ast b})"
  | .lit (.natVal v) => return s!"(:lit {v})"
  | .lit (.strVal v) => return s!"(:lit {(Json.str v).compress})"
  | .mdata _ b => ast b
  | .proj s i b =>
    let env ← getEnv
    let parameters := match env.find? s with | some (.inductInfo v) => v.numParams | _ => 0
    let field := ((getStructureInfo? env s).bind (·.getProjFn? i)).getD (s ++ .mkSimple s!"{i + 1}")
    return s!"((:c {field}){String.join (List.replicate parameters " _")} {← ast b})"

/-- An Expression object, with the parts that the settings ask for. -/
def exprJson (st : Settings) (e : Expr) : MetaM Json := do
  let e ← instantiateMVars e
  let pretty ← if st.printExprPretty then pure (some (Json.str (toString (← ppExpr e)))) else pure none
  let tree ← if st.printExprAST then pure (some (Json.str (← ast e))) else pure none
  let mvars ← if st.printDependentMVars then pure (some (toJson ((← getMVarsNoDelayed e).map (toString ·.name)))) else pure none
  return .mkObj (present [("pp", pretty), ("sexp", tree), ("dependentMVars", mvars)])

/-! ## Goals

A hypothesis is printed once along a line of states, as printing costs far more than anything else in a reply. Its text depends on its
type and value, on the names of the variables in them, and on whether a hypothesis has the name of a constant in them. -/

unsafe def sameObjectImpl {α : Type} (a b : α) : Bool := ptrEq a b
@[implemented_by sameObjectImpl] def sameObject {α : Type} (_ _ : α) : Bool := false

def wordsOf (e : Expr) : Array Name :=
  e.getUsedConstants.foldl (init := #[]) fun out n => n.components.foldl (init := out) fun out w => if out.contains w then out else out.push w

/-- The entry for a variable, if its text is still right among `lctx` (whose names are `taken`). -/
def stillPrinted? (entry? : Option PrintedVar) (lctx : LocalContext) (taken : NameSet) (userName : Name) (type : Expr) (value? : Option Expr) : Option Json :=
  match entry? with
  | some p =>
    if p.userName == userName && p.type == type && p.value? == value?
      && p.names.all (fun (f, n) => match lctx.find? f with | some d => d.userName == n | none => false)
      && !p.words.any taken.contains then some p.json else none
  | none => none

/-- Variables of the current (cleaned) context. -/
def varsJson (st : Settings) (original : LocalContext) (printed : Printed) : MetaM (Array Json × Printed × Bool) := do
  let lctx ← getLCtx
  let taken : NameSet := lctx.foldl (init := {}) fun s d => s.insert d.userName
  let mut vars := #[]
  let mut printed := printed
  let mut closed := true
  for d in lctx do
    if d.isAuxDecl then
      unless st.printAuxDecls do continue
    else if d.isImplementationDetail && !st.printImplementationDetailHyps then continue
    let type ← instantiateMVars d.type
    -- As in Lean's own view, a `have` shows no value.
    let value? ← d.value?.mapM instantiateMVars
    let stable := !type.hasMVar && !(value?.any (·.hasMVar))
    unless stable do closed := false
    if let some json := stillPrinted? (printed.vars.find? d.fvarId) lctx taken d.userName type value? then
      vars := vars.push json
      continue
    let renamed := match original.find? d.fvarId with | some o => o.userName != d.userName | none => false
    let json := Json.mkObj ([("name", Json.str (toString d.fvarId.name)), ("userName", Json.str (toString d.userName)),
      ("isInaccessible", Json.bool (renamed || d.userName.isInaccessibleUserName)), ("type", ← exprJson st type)]
      ++ present [("value", ← value?.mapM (exprJson st))])
    vars := vars.push json
    let words := wordsOf type ++ (value?.map wordsOf).getD #[]
    if stable && !words.any taken.contains then
      let fvars := (collectFVars (collectFVars {} type) (value?.getD type)).fvarIds
      let names := fvars.filterMap fun f => (lctx.find? f).map fun d => (f, d.userName)
      printed := { printed with vars := printed.vars.insert d.fvarId { type, value?, userName := d.userName, names, words, json } }
  return (vars, printed, closed)

def fragmentName : Fragment → String
  | .tactic => "tactic" | .conv .. => "conv" | .calc => "calc"

def State.fragment (s : State) (g : MVarId) : Fragment := (s.fragments.find? g).getD .tactic

/-- A goal. In a conversion the target is the expression in focus. -/
def goalJson (st : Settings) (fragment : Fragment) (printed : Printed) (g : MVarId) : MetaM (Json × Printed) := do
  let decl ← g.getDecl
  let name := fragmentName fragment
  if let some p := printed.goals.find? g then
    if sameObject p.decl decl && (p.json.getObjValAs? String "fragment").toOption == some name then return (p.json, printed)
  withLCtx decl.lctx decl.localInstances do
    let clean := (decl.lctx.sanitizeNames.run { options := ← getOptions }).1
    withLCtx clean decl.localInstances do
      let (vars, printed, closed) ← varsJson st decl.lctx printed
      let type ← instantiateMVars decl.type
      let shown := match fragment with | .conv .. => (isLHSGoal? type).getD type | _ => type
      let tag := decl.userName
      let userName := if tag.isAnonymous then none else some (Json.str (toString tag.eraseMacroScopes))
      let json := Json.mkObj ([("name", Json.str (toString g.name)), ("fragment", Json.str name), ("target", ← exprJson st shown), ("vars", Json.arr vars)]
        ++ present [("userName", userName)])
      let printed := if closed && !type.hasMVar then { printed with goals := printed.goals.insert g { decl, json } } else printed
      return (json, printed)

/-- All goals of a state, which remembers what was printed. -/
def goalsJson (srv : Server) (s : State) : Reply (Array Json × State) := do
  let st ← srv.settings.get
  let act : MetaM (Array Json × Printed) := do
    let mut out := #[]
    let mut printed := s.printed
    for g in s.goals do
      let (json, printed') ← goalJson st (s.fragment g) printed g
      out := out.push json
      printed := printed'
    return (out, printed)
  let (out, printed) ← runFor srv { heartbeats := 0, recDepth := 4096 } "exception" s act
  return (out, { s with printed })

/-! ## Messages -/

def messageJson (m : Message) : BaseIO Json := return toJson (← m.serialize)

end Proofdeck
