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

end Proofdeck
