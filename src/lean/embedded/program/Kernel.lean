/-!
# Kernel: what a proof rests on, judged apart from how it was made

Everything here works on finished declarations and on `Server.base`, the environment the worker started with. Nothing that a
tactic, a loaded file or an earlier request left behind is believed: added declarations go through the kernel again, dependencies
first, and axioms are looked up from the terms.
-/
namespace Proofdeck
open Lean Elab Meta

/-! ## Added declarations -/

/-- Whether a constant belongs to an imported module. Its proof is then the library's, trusted by the hash of the package. -/
def isImported (env : Environment) (n : Name) : Bool := (env.getModuleIdxFor? n).isSome

/-- The kind a constant was declared with. Exported library data shows a theorem with a hidden proof as an axiom. -/
def originalKind? (env : Environment) (n : Name) : Option ConstantKind :=
  if isImported env n then getOriginalConstKind? env n else none

/-- The constants of `full` that are not imported and on which `e` depends, dependencies first. -/
partial def addedConstants (base full : Environment) (e : Expr) (acc : NameSet × Array ConstantInfo) : Except String (NameSet × Array ConstantInfo) :=
  e.getUsedConstants.foldlM (init := acc) fun (seen, out) n => do
    if seen.contains n || isImported base n then return (seen, out)
    let some c := full.find? n | throw s!"{n} is used and not declared"
    let some value := c.value? (allowOpaque := true) | throw s!"the proof rests on {n}, which is not a theorem or definition"
    let (seen, out) ← addedConstants base full c.type (seen.insert n, out)
    let (seen, out) ← addedConstants base full value (seen, out)
    return (seen, out.push c)

def declarationOf (c : ConstantInfo) : Except String Declaration :=
  match c with
  | .thmInfo v => .ok (.thmDecl { v with all := [v.name] })
  | .defnInfo v => if v.safety == .safe then .ok (.defnDecl { v with all := [v.name] }) else .error s!"{v.name} is not safe"
  | .opaqueInfo v => if v.isUnsafe then .error s!"{v.name} is not safe" else .ok (.opaqueDecl { v with all := [v.name] })
  | c => .error s!"{c.name} is not a theorem or definition"

def declaredName : Declaration → Name
  | .thmDecl v => v.name | .defnDecl v => v.name | .opaqueDecl v => v.name | _ => .anonymous

/-- Constants that make the kernel run compiled code, and their axioms. -/
def compilerTrusting : List Name := [``Lean.reduceBool, ``Lean.reduceNat, ``Lean.ofReduceBool, ``Lean.ofReduceNat, ``Lean.trustCompiler]

def usesCompiler? (d : Declaration) : Option Name :=
  let used (e : Expr) := e.getUsedConstants.find? compilerTrusting.contains
  match d with
  | .thmDecl v => used v.type <|> used v.value
  | .defnDecl v => used v.type <|> used v.value
  | .opaqueDecl v => used v.type <|> used v.value
  | _ => none

/-- The kernel checks one declaration against what was accepted before it. Its time is bounded by the host's clock. -/
def kernelAdd (srv : Server) (env : Environment) (d : Declaration) : IO (Except String Environment) := do
  if let some n := usesCompiler? d then return .error s!"{declaredName d} makes the kernel run compiled code ({n})"
  match env.addDeclCore 0 d (some srv.cancel) (doCheck := true) with
  | .ok env => return .ok env
  | .error e => return .error s!"the kernel refuses {declaredName d}: {← (e.toMessageData {}).toString}"

/-! ## Axioms -/

structure Reached where
  seen   : NameSet := {}
  axioms : NameSet := {}
  /-- Something was reached whose proof the library does not show, so axioms behind it cannot be listed. -/
  hidden : Bool := false

/-- All constants behind `e`, as far as they can be seen, and the axioms among them. -/
partial def reach (env : Environment) (e : Expr) (r : Reached) : Reached :=
  e.getUsedConstants.foldl (init := r) fun r n =>
    if r.seen.contains n then r else
    let r := { r with seen := r.seen.insert n }
    match env.find? n with
    | none => { r with hidden := true }
    | some c =>
      let r := reach env c.type r
      match c with
      | .axiomInfo _ => match originalKind? env n with
        | none | some .axiom => { r with axioms := r.axioms.insert n }
        | some _ => { r with hidden := true }
      | .inductInfo v => v.ctors.foldl (fun r c => reach env (.const c []) r) r
      | c => match c.value? (allowOpaque := true) with
        | some v => reach env v r
        | none => r

def standardAxioms : List Name := [``propext, ``Quot.sound, ``Classical.choice]

def reachedJson (r : Reached) : List (String × Json) :=
  [("axioms", toJson ((r.axioms.toList.map toString).mergeSort)), ("axiomsBehindLibrary", if r.hidden then "assumed" else "listed")]

/-! ## Statements as expressions -/

/-- A type without `mdata` and without the helpers that were made for it under the name of the declaration: a matcher is unfolded,
and a proof inside the statement stands for what it proves. -/
partial def withoutHelpers (base env : Environment) (e : Expr) : Expr := e.replace fun
  | .mdata _ b => some (withoutHelpers base env b)
  | .const n us =>
    if isImported base n then none else match env.find? n with
    | some (.thmInfo v) => some (.app (.const `_proofdeck.proof []) (withoutHelpers base env (v.type.instantiateLevelParams v.levelParams us)))
    | some c => (c.value? (allowOpaque := true)).map fun v => withoutHelpers base env (v.instantiateLevelParams c.levelParams us)
    | none => none
  | _ => none

/-- A statement with its universe parameters numbered by first occurrence, and their number. Equal forms mean the same statement. -/
abbrev StatementForm := Expr × Nat

def statementForm (base env : Environment) (type : Expr) : StatementForm :=
  let type := withoutHelpers base env type
  let params := (collectLevelParams {} type).params.toList
  (type.instantiateLevelParams params ((List.range params.length).map fun i => .param (.num `u i)), params.length)

/-- Library constants among `used` that state the same: a proof that uses one has not proved it. The cheap tests come first. -/
def constantsStating (base : Environment) (form : StatementForm) (used : List Name) : List Name :=
  let head (e : Expr) := e.getForallBody.getAppFn.constName?
  used.filter fun n => isImported base n && match base.find? n with
    | some c => c.levelParams.length == form.2 && head c.type == head form.1 && statementForm base base c.type == form
    | none => false

/-! ## Finished goals -/

/-- The proof term of a state without goals, closed, and what was declared on the way to it, or why that is no proof. -/
def finishedProof (srv : Server) (s : State) : Reply (TheoremVal × Except String (Array ConstantInfo)) := do
  unless s.goals.isEmpty do throw (error "goal" s!"{s.goals.length} goals are left")
  let theorem? : MetaM (Except String TheoremVal) := do
    let value ← instantiateMVars (.mvar s.root)
    let type ← instantiateMVars (← s.root.getType)
    if value.hasExprMVar then return .error "the proof has holes"
    if value.hasFVar then return .error "the proof has free variables"
    let levelParams := (collectLevelParams (collectLevelParams {} type) value).params.toList
    return .ok { name := `_proofdeck.finished, levelParams, type, value }
  match ← runFor srv { heartbeats := 0, recDepth := 4096 } "exception" s theorem? with
  | .error e => throw (error "goal" e)
  | .ok thm =>
    let added := do addedConstants srv.base s.core.env thm.value (← addedConstants srv.base s.core.env thm.type ({}, #[]))
    return (thm, added.map (·.2))

/-- Check declarations in order, from the environment the worker started with. -/
def kernelAddAll (srv : Server) (decls : Array Declaration) : IO (Except String Environment) := do
  let mut env := srv.base
  for d in decls do
    match ← kernelAdd srv env d with
    | .ok e => env := e
    | .error e => return .error e
  return .ok env

/-- `proofdeck.finish {stateId, pp?}`: the kernel's word on a state without goals. This is level V0 and no verdict: nothing was audited. -/
def goalFinish (srv : Server) (j : Json) : Reply Json := do
  let s ← load srv j
  let (thm, added) ← finishedProof srv s
  let checked : Except String Environment ← match added.bind (·.mapM declarationOf) with
    | .ok decls => kernelAddAll srv (decls.push (.thmDecl thm))
    | .error e => pure (.error e)
  let r := reach s.core.env thm.value (reach s.core.env thm.type {})
  let printed ← if optBool j "pp" then pure (some (← runFor srv { heartbeats := 0, recDepth := 4096 } "print" s (pp thm.value : MetaM Json))) else pure none
  return .mkObj ([("level", Json.str "V0"), ("kernel", Json.bool (checked matches .ok _)), ("hasSorry", Json.bool (r.axioms.contains ``sorryAx)),
    ("newAxioms", toJson ((r.axioms.toList.filter (!isImported srv.base ·)).map toString)), ("helpers", toJson (match added with | .ok a => a.size | .error _ => 0)),
    ("constants", toJson (thm.value.getUsedConstants.map toString))] ++ reachedJson r
    ++ present [("proof", printed), ("reason", match checked with | .error e => some (Json.str e) | .ok _ => none)])

/-- `proofdeck.dag {stateId | name}`: a proof term as tables (`Declarations.lean`), the helper lemmas it brings first, the term last. -/
def proofDag (srv : Server) (j : Json) : Reply Json := do
  let tables (decls : Array ConstantInfo) : Reply Json := match Tables.pack decls with
    | .ok t => return .mkObj [("declarations", t)]
    | .error e => throw (error "kernel" e)
  match optStr? j "name" with
  | some name =>
    let env ← srv.env.get
    match env.find? name.toName with
    | none => throw (error "index" s!"unknown constant {name}")
    | some c => if (c.value? (allowOpaque := true)).isSome then tables #[c] else throw (error "absent" s!"the library does not show the term of {name}")
  | none =>
    match ← finishedProof srv (← load srv j) with
    | (thm, .ok added) => tables (added.push (.thmInfo thm))
    | (_, .error e) => throw (error "kernel" e)

end Proofdeck
