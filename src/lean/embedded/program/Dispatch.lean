/-! # Dispatch: request lines to commands -/
namespace Proofdeck
open Lean

def reset (srv : Server) (_ : Json) : Reply Json := do
  let dropped := (← srv.states.get).size
  srv.states.set {}
  srv.next.set 0
  return .mkObj [("nGoals", dropped)]

def stat (srv : Server) (_ : Json) : Reply Json := return .mkObj [("nGoals", (← srv.states.get).size)]

def optionsPrint (srv : Server) (_ : Json) : Reply Json := return toJson (← srv.settings.get)

/-- Any subset of the options; the rest stays. -/
def optionsSet (srv : Server) (j : Json) : Reply Json := do
  let old := toJson (← srv.settings.get)
  let mut new := old
  for (k, v) in old.getObj?.toOption.elim [] (·.toList) do
    match v with
    | .bool _ => if let some b ← field? (α := Bool) j k then new := new.setObjVal! k b
    | _ => if let some n ← field? (α := Nat) j k then new := new.setObjVal! k n
  match fromJson? new with
  | .ok settings => srv.settings.set settings
  | .error e => throw (error "command" e)
  forgetPrinted srv
  return .mkObj []

def withoutFiles (command : String) : String × (Server → Json → Reply Json) := (command, fun _ _ => throw (noFiles command))

def commands : List (String × (Server → Json → Reply Json)) := [
  ("goal.tactic", goalTactic), ("goal.start", goalStart), ("goal.print", goalPrint), ("goal.delete", goalDelete), ("goal.continue", goalContinue),
  ("reset", reset), ("stat", stat), ("options.set", optionsSet), ("options.print", optionsPrint), ("expr.echo", exprEcho),
  ("env.describe", envDescribe), ("env.catalog", envCatalog), ("env.module_read", envModuleRead), ("env.inspect", envInspect), ("env.add", envAdd),
  ("env.parse", envParse), ("frontend.process", frontendProcess),
  withoutFiles "env.save", withoutFiles "env.load", withoutFiles "goal.save", withoutFiles "goal.load",
  ("proofdeck.limits", setLimits), ("proofdeck.state", stateGoals), ("proofdeck.info", workerInfo), ("proofdeck.inspect", inspectName),
  ("proofdeck.theorems", theoremList), ("proofdeck.search", searchNames)] ++ verdictCommands

-- `posOf` and `extract` are compiled; their successors are generic, so that a loop of ours is interpreted, 2 µs for a character.
set_option linter.deprecated false in
/-- `command payload`, or `{"cmd": command, "payload": payload}`. -/
def parseRequest (line : String) : Except String (String × Json) := do
  if hasHugeNumber line then throw "a number with a huge exponent"
  let line := line.trimAscii.toString
  if line.startsWith "{" then
    let j ← Json.parse line
    return (← j.getObjValAs? String "cmd", j.getObjValD "payload")
  let space := line.posOf ' '
  let payload := (String.Pos.Raw.extract line space line.rawEndPos).trimAscii.toString
  return (String.Pos.Raw.extract line 0 space, ← if payload.isEmpty then .ok .null else Json.parse payload)

/-- The session's limits stand in for those that a request does not name. -/
def withLimits (l : Limits) (payload : Json) : Json :=
  let add (j : Json) (k : String) (v : Nat) : Json := match j.getObjVal? k with | .ok .null | .error _ => j.setObjVal! k v | .ok _ => j
  add (add payload "heartbeats" l.heartbeats) "recDepth" l.recDepth

abbrev CommandTable := Std.HashMap String (Server → Json → Reply Json)

/-- Built once: every request starts a new interpreter, which would make the list again. -/
def commandTable : CommandTable := Std.HashMap.ofList commands

def dispatch (table : CommandTable) (srv : Server) (command : String) (payload : Json) : Reply Json := do
  let some run := table[command]? | throw (error "command" s!"Unknown command {command}")
  match payload with
  | .obj _ => do
    discard <| field? (α := Nat) payload "heartbeats"
    discard <| field? (α := Nat) payload "recDepth"
    run srv (withLimits (← srv.limits.get) payload)
  | .null => run srv (withLimits (← srv.limits.get) (.mkObj []))
  | _ => throw (error "command" s!"The payload of {command} is not an object")

/-- One request line to one answer line. -/
def handle (table : CommandTable) (srv : Server) (line : String) : IO String := do
  (cancelFlag srv.cancel).set false
  let r ← match parseRequest line with
    | .error e => pure (error "command" s!"The request cannot be read: {e}")
    | .ok (command, payload) =>
      match ← (attempt (dispatch table srv command payload)).toBaseIO with
      | .ok (.done r) | .ok (.failed r) => pure r
      | .error e => pure (error "io" (toString e))
  return if (← srv.settings.get).printJsonPretty then r.pretty else r.compress

end Proofdeck
