/-! # Reading: text to syntax, and statements to types -/
namespace Proofdeck
open Lean Elab Meta

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

end Proofdeck
