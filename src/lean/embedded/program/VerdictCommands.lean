/-!
# Verdict commands: a theorem, a file of them, and the kernel's part in a second prover

The prover that reads texts exports what they added; the other one (`proofdeck.replay`) sees tables and statements only, so nothing
that a text did can live in it, and it may serve any number of requests.
-/
namespace Proofdeck
open Lean Elab

/-! ## Reading texts -/

def tablesOf (accepted : Array ConstantInfo) : Reply Json := match Tables.pack accepted with
  | .ok t => return t
  | .error e => throw (error "kernel" e)

/-- The imports of a text are not run: the prover must have them already. -/
def startReading (srv : Server) (text : String) : Reply (Parser.InputContext × Parser.ModuleParserState) := do
  let ictx := Parser.mkInputContext text.crlfToLf "<text>"
  let (header, ps, msgs) ← Parser.parseHeader ictx
  if msgs.hasErrors then throw (error "parse" (String.intercalate "\n" (← msgs.toList.mapM (·.data.toString))))
  for i in HeaderSyntax.imports header do
    unless srv.base.header.moduleNames.contains i.module do
      throw (error "elab" s!"the text imports {i.module}, which this prover does not have")
  return (ictx, ps)

/-- `proofdeck.verify {text, statement? | copyFrom?, name?, preamble?, export?, heartbeats?, recDepth?}`: a text with exactly one theorem.

With `export` the kernel's part is left to another prover and the reply carries `declarations` for `proofdeck.replay`. -/
def proofVerify (srv : Server) (j : Json) : Reply Json := do
  let text ← field (α := String) j "text"
  let st ← runPreamble srv j
  let target? ← targetOf? srv st j
  let refused (reason : String) : Json := verdictJson none (some reason) [] []
  match ← attempt (startReading srv text) with
  | .failed e => return refused ((e.getObjValAs? String "desc").toOption.getD "the header cannot be read")
  | .done (ictx, ps) =>
    let g ← Judge.walk srv j { ictx, st, checked := srv.base, single? := some target? } ps
    match g.stopped, g.items.toList with
    | some (line, what), _ => return refused s!"{what} may not stand in a judged text (line {line})"
    | none, [item] => if optBool j "export" && !g.accepted.isEmpty then return item.setObjVal! "declarations" (← tablesOf g.accepted) else return item
    | none, [] => return refused "the text holds no theorem"
    | none, items => return refused s!"the text is not one theorem: {String.intercalate "\n" (items.filterMap fun i => (i.getObjValAs? String "reason").toOption)}"

/-- `proofdeck.checkFile {text, export?, heartbeats?, recDepth?}`: the theorems of a text, in order. -/
def checkFile (srv : Server) (j : Json) : Reply Json := do
  let (ictx, ps) ← startReading srv (← field (α := String) j "text")
  let g ← Judge.walk srv j { ictx, st := pristineState srv j, checked := srv.base } ps
  let tables ← if optBool j "export" && !g.accepted.isEmpty then pure (some (← tablesOf g.accepted)) else pure none
  return .mkObj ([("items", .arr g.items)] ++ present [("stopped", g.stopped.map fun why => .mkObj [("line", toJson why.1), ("reason", Json.str s!"{why.2} may not stand in a judged text")]), ("declarations", tables)])

/-! ## A second prover -/

/-- `proofdeck.replay {declarations, targets: [{decl, statement? | copyFrom?, preamble?}]}`: the kernel's part, in a prover that reads no proof text.

The tables may come from anywhere. A declaration that the kernel refuses is left out, and what needs it fails in turn. -/
def proofReplay (srv : Server) (j : Json) : Reply Json := do
  let decls ← match Tables.unpack (← field (α := Json) j "declarations") with
    | .ok d => pure d
    | .error e => throw (error "command" s!"declarations: {e}")
  let mut env := srv.base
  let mut outcomes : Array (Option String) := #[]
  for d in decls do
    match ← kernelAdd srv env d with
    | .ok e => env := e; outcomes := outcomes.push none
    | .error e => outcomes := outcomes.push (some e)
    if ← srv.cancel.isSet then throw (error "internal" "interrupt")
  let mut results := #[]
  let targets ← (← field (α := Array Json) j "targets").mapM fun t => return (← field (α := Nat) t "decl", t)
  let wanted := targets.filterMap fun (index, _) => decls[index]?.map declaredName
  let foreign := (decls.map declaredName).toList.filter fun n => !wanted.contains n && !n.isInternalDetail && !isReservedName srv.base n
  for (index, t) in targets do
    let some d := decls[index]? | throw (error "command" s!"targets: there is no declaration {index}")
    let target? ← targetOf? srv (← runPreamble srv t) t
    results := results.push (← match d, outcomes[index]? with
      | .thmDecl thm, some none => do
        let behind := do addedConstants srv.base env thm.value (← addedConstants srv.base env thm.type ({}, #[]))
        let added := match behind with | .ok (_, a) => a | .error _ => #[]
        let f ← examine srv env thm added target? (foreign.filter fun n => added.any (·.name == n))
        pure (verdictJson (if f.level == some "V2" then some "V3" else f.level) f.reason? ["kernel"] f.fields)
      | _, some (some e) => pure (verdictJson none (some e) [] [])
      | _, _ => pure (verdictJson none (some s!"{declaredName d} is not a theorem") [] []))
  return .mkObj [("results", .arr results)]

/-- The commands about proofs, for the dispatcher. -/
def verdictCommands : List (String × (Server → Json → Reply Json)) := [
  ("proofdeck.verify", proofVerify), ("proofdeck.checkFile", checkFile), ("proofdeck.replay", proofReplay),
  ("proofdeck.finish", goalFinish), ("proofdeck.dag", proofDag)]

end Proofdeck
