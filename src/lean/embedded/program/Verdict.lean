/-!
# Verdict: texts against the statements they should prove

A text is read in the pristine environment one command at a time. Theorems are elaborated, then examined from their terms alone:
the statement is compared as an expression, axioms are collected, everything added goes through the kernel again. Levels are those of
`docs/verdicts.md`; `null` means not even V1. Only a failure of ours, or a statement that does not elaborate, is an error reply.
-/
namespace Proofdeck
open Lean Elab Meta

/-! ## Elaborating commands -/

/-- The scope a judged text starts in. Declarations are public, as in a file that is no module. -/
def pristineState (srv : Server) (j : Json) : Command.State :=
  let opts := ({} : Options).setBool `Elab.async false |>.setBool `autoImplicit false |>.setNat `maxHeartbeats (limits j).heartbeats
    |>.setNat `maxRecDepth (limits j).recDepth
  let st := Command.mkState srv.base {} opts
  { st with scopes := st.scopes.map ({ · with isPublic := true }) }

/-- The state after a command, and the errors it logged. -/
def runCommand (srv : Server) (ictx : Parser.InputContext) (stx : Syntax) (st : Command.State) : Reply (Command.State × Array String) := do
  let ctx : Command.Context := { cmdPos := stx.getPos?.getD 0, fileName := "<proof>", fileMap := ictx.fileMap, snap? := none, cancelTk? := some srv.cancel }
  let ref ← IO.mkRef { st with messages := {} }
  let mut errors := #[]
  match ← (Command.elabCommandTopLevel stx ctx ref).toIO' with
  | .ok _ => pure ()
  | .error e =>
    if e.isInterrupt then throw (error "internal" "interrupt")
    errors := errors.push (← e.toMessageData.toString)
  let st ← ref.get
  for m in st.messages.toList do
    if m.severity matches .error then errors := errors.push s!"{m.pos.line}:{m.pos.column}: {← m.data.toString}"
  if ← srv.cancel.isSet then throw (error "internal" "interrupt")
  return ({ st with messages := {} }, errors)

def parseNext (ictx : Parser.InputContext) (ps : Parser.ModuleParserState) (st : Command.State) : Syntax × Parser.ModuleParserState × MessageLog :=
  let sc := st.scopes.head!
  Parser.parseCommand ictx { env := st.env, options := sc.opts, currNamespace := sc.currNamespace, openDecls := sc.openDecls } ps {}

/-- Run `open`, `universe` and the like that a statement and its proof stand under. -/
partial def runPreamble (srv : Server) (j : Json) : Reply Command.State := do
  let text := ((optStr? j "preamble").getD "").crlfToLf
  let ictx := Parser.mkInputContext text "<preamble>"
  let rec go (ps : Parser.ModuleParserState) (st : Command.State) : Reply Command.State := do
    let (stx, ps, msgs) := parseNext ictx ps st
    if msgs.hasErrors then throw (error "elab" s!"preamble: {String.intercalate "\n" (← msgs.toList.mapM (·.data.toString))}")
    match classify st.env stx with
    | .finish => return st
    | .skip => go ps st
    | .scope stx =>
      let (st, errors) ← runCommand srv ictx stx st
      unless errors.isEmpty do throw (error "elab" s!"preamble: {String.intercalate "\n" errors.toList}")
      go ps st
    | .theorem .. => throw (error "elab" "preamble: a theorem may not stand here")
    | .refused what => throw (error "elab" s!"preamble: {what} may not stand here")
  go {} (pristineState srv j)

/-! ## Statements -/

/-- What is to be proved. -/
structure Target where
  form   : StatementForm
  /-- As Lean prints it. -/
  shown  : String
  /-- A theorem of the environment: a proof that uses it, or another name for it, does not count. -/
  copied : Bool

def printType (srv : Server) (env : Environment) (type : Expr) : IO String := do
  let s ← freshState srv
  match ← attempt (runFor srv { heartbeats := 0, recDepth := 4096 } "print" { s with core := { s.core with env } } (ppExpr type : MetaM Format)) with
  | .done f => return toString f
  | .failed _ => return "(not printable)"

/-- Elaborate a statement as the header of a theorem would be, in the scope of `st`, apart from any proof. -/
def elabStatement (srv : Server) (st : Command.State) (text : String) : Reply Target := do
  let term ← match Parser.runParserCategory st.env `term text.crlfToLf "<statement>" with
    | .error e => throw (error "parse" e)
    | .ok stx => pure stx
  if let some what := banned? st.env term then throw (error "elab" s!"the statement contains {what}")
  let name := `_proofdeck.statement
  let stx := Unhygienic.run do
    `(command| theorem $(mkIdent (`_root_ ++ name)):ident : $(⟨term⟩) := sorry)
  let (st, errors) ← runCommand srv (Parser.mkInputContext text "<statement>") stx st
  unless errors.isEmpty do throw (error "elab" (String.intercalate "\n" errors.toList))
  match st.env.find? name with
  | some c =>
    if c.type.hasSorry then throw (error "elab" "the statement contains sorry")
    return { form := statementForm srv.base st.env c.type, shown := ← printType srv st.env c.type, copied := false }
  | none => throw (error "elab" "the statement does not elaborate")

/-- The target that a request names by `statement` or `copyFrom`, if any. -/
def targetOf? (srv : Server) (st : Command.State) (j : Json) : Reply (Option Target) := do
  match optStr? j "copyFrom", optStr? j "statement" with
  | some _, some _ => throw (error "command" "give `statement` or `copyFrom`, not both")
  | some n, none => match srv.base.find? n.toName with
    | some c => return some { form := statementForm srv.base srv.base c.type, shown := ← printType srv srv.base c.type, copied := true }
    | none => throw (error "index" s!"unknown constant {n}")
  | none, some text => return some (← elabStatement srv st text)
  | none, none => return none

/-! ## Examining a theorem -/

structure Findings where
  /-- V1 or V2, or nothing. The kernel's word is not in it. -/
  level   : Option String
  reason? : Option String
  fields  : List (String × Json)

/-- Look at a theorem and what was added for it, in an environment that has both. -/
def examine (srv : Server) (env : Environment) (thm : TheoremVal) (added : Array ConstantInfo) (target? : Option Target) (foreign : List Name) : IO Findings := do
  let r := reach env thm.value (reach env thm.type {})
  let used := added.foldl (init := thm.value.getUsedConstants.toList) fun out c =>
    out ++ ((c.value? (allowOpaque := true)).elim [] (·.getUsedConstants.toList))
  let used := (used.filter (isImported srv.base ·)).eraseDups
  let form := statementForm srv.base env thm.type
  let twins := constantsStating srv.base form used
  let statementMatches := match target? with
    | some t => form == t.form && form.2 == thm.levelParams.length
    | none => true
  let selfUse := !twins.isEmpty && (target?.any (·.copied))
  let extra := r.axioms.toList.filter (!standardAxioms.contains ·)
  let shown ← printType srv env thm.type
  let (level, reason?) ← if r.axioms.contains ``sorryAx then pure (none, some "the proof uses sorry")
    else if !statementMatches then pure (some "V1", some s!"the statement differs: the text proves {shown}, wanted is {(target?.map (·.shown)).getD ""}")
    else if !extra.isEmpty then pure (some "V1", some s!"the proof uses the axioms {String.intercalate ", " (extra.map toString)}")
    else if !foreign.isEmpty then pure (some "V1", some s!"the text declares {String.intercalate ", " (foreign.map toString)} besides the theorem")
    else pure (some "V2", if selfUse then some s!"the proof uses {String.intercalate ", " (twins.map toString)}, which states the same" else none)
  return { level, reason?, fields := [("name", Json.str (toString thm.name)), ("statement", Json.str shown), ("statementMatches", Json.bool statementMatches),
    ("selfUse", Json.bool selfUse), ("sameStatement", toJson (twins.map toString)), ("helpers", toJson added.size),
    ("constants", toJson (used.map toString))] ++ reachedJson r }

def verdictJson (level : Option String) (reason? : Option String) (checks : List String) (fields : List (String × Json)) : Json :=
  .mkObj ([("level", toJson level), ("checks", toJson checks)] ++ present [("reason", reason?.map Json.str)] ++ fields)

/-! ## Judging a text -/

structure Judge where
  ictx     : Parser.InputContext
  st       : Command.State
  items    : Array Json := #[]
  /-- What the accepted theorems need, dependencies first, themselves included. -/
  seen     : NameSet := {}
  accepted : Array ConstantInfo := #[]
  /-- The pristine environment with what the kernel accepted again. -/
  checked  : Environment
  /-- The line and the kind of a command that may not stand in a judged text: nothing after it is elaborated. -/
  stopped  : Option (Nat × String) := none
  /-- The text has to be one theorem: what it is to prove, if anything is given. -/
  single?  : Option (Option Target) := none

def position (ictx : Parser.InputContext) (stx : Syntax) : List (String × Json) :=
  let p := ictx.fileMap.toPosition (stx.getPos?.getD 0)
  [("line", toJson p.line), ("column", toJson p.column)]

def Judge.refuse (g : Judge) (stx : Syntax) (name : Name) (reason : String) : Judge :=
  let named := if name.isAnonymous then [] else [("name", Json.str (toString name))]
  { g with items := g.items.push (verdictJson none (some reason) [] (named ++ position g.ictx stx)) }

/-- The name under which a `theorem` declares itself. -/
def declaredAs (st : Command.State) (decl : Syntax) : Name :=
  let id := decl[1][0].getId
  if (`_root_).isPrefixOf id then id.replacePrefix `_root_ .anonymous else if id.isAnonymous then id else st.scopes.head!.currNamespace ++ id

/-- Constants that appeared and are neither the theorem nor made by Lean on its behalf. -/
def foreignNames (before after : Environment) (name : Name) : List Name :=
  let old := before.constants
  let add (out : List Name) (n : Name) (_ : ConstantInfo) : List Name :=
    if n == name || n.isInternalDetail || old.contains n || isReservedName before n then out else n :: out
  after.constants.foldStage2 add []

/-- Judge one theorem. It joins what later ones may use only at V2 or above. -/
def Judge.theorem (srv : Server) (j : Json) (g : Judge) (target? : Option Target) (whole decl : Syntax) : Reply Judge := do
  let name := declaredAs g.st decl
  if let some why := nameRefused? name then return g.refuse whole name why
  if g.st.env.contains name then
    let g := g.refuse whole name s!"{name} exists already"
    return { g with items := g.items.modify (g.items.size - 1) (·.setObjVal! "nameExists" true) }
  if let some wanted := optStr? j "name" then
    unless wanted.toName == name do return g.refuse whole name s!"the text proves {name}, wanted is {wanted}"
  let (st, errors) ← runCommand srv g.ictx whole g.st
  unless errors.isEmpty do return g.refuse whole name (String.intercalate "\n" errors.toList)
  let some (.thmInfo thm) := st.env.find? name | return g.refuse whole name s!"the text declares no theorem {name}"
  let own := do addedConstants srv.base st.env thm.value (← addedConstants srv.base st.env thm.type (g.seen, g.accepted))
  match own with
  | .error e => return g.refuse whole name e
  | .ok (seen, all) =>
    let added := all.extract g.accepted.size all.size
    let f ← examine srv st.env thm added target? (foreignNames g.st.env st.env name)
    let fields := f.fields ++ position g.ictx whole
    unless f.level == some "V2" do
      return { g with items := g.items.push (verdictJson f.level f.reason? (if f.level.isSome then ["elaborated"] else []) fields) }
    let mine := added.push (.thmInfo thm)
    let checked ← if optBool j "export" then pure (.ok g.checked) else do
      let mut env : Except String Environment := .ok g.checked
      for c in mine do
        match env, declarationOf c with
        | .ok e, .ok d => env ← kernelAdd srv e d
        | .ok _, .error e => env := .error e
        | .error _, _ => pure ()
      pure env
    match checked with
    | .error e => return { g with items := g.items.push (verdictJson none (some e) ["elaborated", "audited"] fields) }
    | .ok env =>
      let kernel := !optBool j "export"
      let item := verdictJson (some (if kernel then "V3" else "V2")) f.reason? (["elaborated", "audited"] ++ if kernel then ["kernel"] else [])
        (fields ++ [("decl", toJson (g.accepted.size + mine.size - 1))])
      return { g with st, checked := env, seen := seen.insert name, accepted := g.accepted ++ mine, items := g.items.push item }

def stoppedReason : Nat × String → String
  | (line, what) => s!"line {line} holds {what}, which may not stand in a judged text; what follows it is not judged"

/-- Go through a text. After a command that may not stand in it, theorems are only listed. -/
partial def Judge.walk (srv : Server) (j : Json) (g : Judge) (ps : Parser.ModuleParserState) : Reply Judge := do
  let (stx, ps, msgs) := parseNext g.ictx ps g.st
  if Parser.isTerminalCommand stx && stx.getKind != ``Parser.Command.eoi then
    return ← walk srv j (stop g stx (describe stx)) ps
  if msgs.hasErrors then
    let text := String.intercalate "\n" (← msgs.toList.mapM fun m => return s!"{m.pos.line}:{m.pos.column}: {← m.data.toString}")
    let g := g.refuse stx stx[1][1][0].getId text
    if Parser.isTerminalCommand stx then return g else return ← walk srv j g ps
  match classify g.st.env stx, g.stopped with
  | .finish, _ => return g
  | .skip, _ => walk srv j g ps
  | .theorem whole decl, some why => walk srv j (g.refuse whole (declaredAs g.st decl) (stoppedReason why)) ps
  | .theorem whole decl, none =>
    match g.single?, g.items.isEmpty with
    | some _, false => walk srv j (stop g stx "a second theorem") ps
    | target??, _ => walk srv j (← g.theorem srv j (target??.getD none) whole decl) ps
  | .scope _, some _ => walk srv j g ps
  | .scope stx', none =>
    let (st, errors) ← runCommand srv g.ictx stx' g.st
    if errors.isEmpty then walk srv j { g with st } ps
    else walk srv j (stop g stx s!"{describe stx} that fails: {String.intercalate "\n" errors.toList}") ps
  | .refused what, some _ => walk srv j (listed g stx what) ps
  | .refused what, none => walk srv j (stop g stx what) ps
where
  /-- A refused theorem is one of the text's theorems; other commands are told in `stopped` alone. -/
  listed (g : Judge) (stx : Syntax) (what : String) : Judge :=
    if stx[1].getKind == ``Parser.Command.theorem then g.refuse stx (declaredAs g.st stx[1]) s!"{what} may not stand in a judged text" else g
  stop (g : Judge) (stx : Syntax) (what : String) : Judge :=
    let line := (g.ictx.fileMap.toPosition (stx.getPos?.getD 0)).line
    let g := listed g stx what
    { g with stopped := g.stopped <|> some (line, what) }

end Proofdeck
