/-! # Main: hand the worker to the host, warmed up

Lean runs this once, while the image is made. Later processes resume from the image and call the handler. -/
namespace Proofdeck
open Lean

/-- Write down where the handler and the cancel flag are, and keep both alive for ever. -/
unsafe def publish (srv : Server) (handler : String → IO String) : IO Unit := do
  IO.FS.writeFile "/handler" (toString (ptrAddrUnsafe handler))
  IO.FS.writeFile "/cancel" (toString (ptrAddrUnsafe (cancelFlag srv.cancel)))
  Runtime.forget handler
  Runtime.forget srv

/-- Use the commands once: what tactics and printers build on first use goes into the image too. -/
def warmUp (table : CommandTable) (srv : Server) : IO Unit := do
  let ask (command : String) (payload : Json) : IO Json := do
    return (Json.parse (← handle table srv (command ++ " " ++ payload.compress))).toOption.getD .null
  let start ← ask "goal.start" (.mkObj [("expr", "∀ x y : Nat, x + y = y + x")])
  for tactic in ["exact?", "simp", "omega", "grind", "decide", "intro x y; induction x with | zero => simp | succ n ih => omega", "intro x y\nexact Nat.add_comm x y"] do
    discard <| ask "goal.tactic" (.mkObj [("stateId", start.getObjValD "stateId"), ("tactic", tactic)])
  discard <| ask "proofdeck.inspect" (.mkObj [("name", "Nat.add_comm")])
  discard <| ask "env.inspect" (.mkObj [("name", "Nat.add_comm"), ("dependency", true)])
  discard <| ask "goal.print" (.mkObj [("stateId", start.getObjValD "stateId"), ("rootExpr", true), ("goals", true)])
  discard <| ask "reset" .null

end Proofdeck

run_cmd do
  let srv ← Proofdeck.Server.new (← Lean.getEnv)
  let table := Proofdeck.commandTable
  Proofdeck.warmUp table srv
  Proofdeck.publish srv (Proofdeck.handle table srv)
