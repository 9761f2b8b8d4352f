/-! # Inspect: the extension that tells all about one constant -/
namespace Proofdeck
open Lean Elab Meta

def inspectName (srv : Server) (j : Json) : Reply Json := do
  let s ← freshState srv
  let (name, c) ← lookup s.core.env (← field j "name")
  let st ← srv.settings.get
  runFor srv { heartbeats := 0, recDepth := 4096 } "exception" s do
    let env ← getEnv
    let kind := kindOf env name c
    let value? := if c matches .thmInfo _ | .defnInfo _ | .opaqueInfo _ then c.value? (allowOpaque := true) else none
    -- A library theorem shows no proof, so that nothing can be said of the axioms behind it.
    let reached := reach env (.const name []) {}
    let signature ← PrettyPrinter.ppSignature name
    return Json.mkObj ([("name", Json.str (toString name)), ("kind", Json.str kind.word), ("signature", toString signature.fmt),
      ("levels", nameList c.levelParams), ("type", ← exprJson st c.type), ("isUnsafe", Json.bool c.isUnsafe),
      ("isProp", Json.bool (← isProp c.type)), ("typeUses", usedNames c.type),
      ("valueVisible", Json.bool value?.isSome)] ++ reachedJson reached ++ present [
      ("module", (moduleOf? env name).map (toJson <| toString ·)), ("value", ← value?.mapM (exprJson st ·)), ("valueUses", value?.map usedNames),
      ("doc", (← findDocString? env name).map toJson)])

end Proofdeck
