/-! # Theorems: extensions that list and search the library, and describe the worker -/
namespace Proofdeck
open Lean Elab Meta

/-- Theorems of the modules whose name starts with `module`, from the `offset`-th on. -/
def theoremList (srv : Server) (j : Json) : Reply Json := do
  let pre := ((← field? (α := String) j "module").getD "Init").toName
  let offset := (← field? (α := Nat) j "offset").getD 0
  let limit := (← field? (α := Nat) j "limit").getD 500
  let s ← freshState srv
  runFor srv { heartbeats := 0, recDepth := 4096 } "exception" s do
    let env ← getEnv
    let mut out := #[]
    let mut i := 0
    let mut more := false
    for m in [0:env.header.moduleNames.size] do
      let mod := env.header.moduleNames[m]!
      unless pre.isPrefixOf mod do continue
      for n in env.header.moduleData[m]!.constNames do
        let some c := env.find? n | continue
        if isHidden n c || !(kindOf env n c matches .theorem) then continue
        i := i + 1
        if i ≤ offset then continue
        if out.size ≥ limit then more := true; break
        let statement ← try (return some (Json.str (toString (← ppExpr c.type))) : MetaM (Option Json)) catch _ => pure none
        out := out.push (Json.mkObj ([("name", Json.str (toString n)), ("module", Json.str (toString mod))] ++ present [("statement", statement)]))
      if more then break
    return Json.mkObj ([("theorems", Json.arr out)] ++ present [("next", if more then some (toJson (offset + out.size)) else none)])

def contains (text part : String) : Bool := (text.splitOn part).length > 1

/-- Constants whose name contains `text` (letters' case counts), shortest first. -/
def searchNames (srv : Server) (j : Json) : Reply Json := do
  let text ← field (α := String) j "text"
  let limit := (← field? (α := Nat) j "limit").getD 50
  if text.isEmpty then throw (error "command" "field text: must not be empty")
  let env ← srv.env.get
  let found := foldConstants env #[] fun (out : Array (String × Name × ConstantInfo)) n c =>
    if n.isInternal then out else
    let name := toString n
    if contains name text && !isHidden n c then out.push (name, n, c) else out
  let order (a b : String × Name × ConstantInfo) : Bool := a.1.length < b.1.length || (a.1.length == b.1.length && a.1 < b.1)
  let best := (found.qsort order).extract 0 limit
  let s ← freshState srv
  let rows ← runFor srv { heartbeats := 0, recDepth := 4096 } "exception" s <| best.mapM fun (name, n, c) => do
    return Json.mkObj ([("name", Json.str name), ("kind", Json.str (kindOf env n c).word), ("type", toString (← ppExpr c.type))]
      ++ present [("module", (moduleOf? env n).map (toJson <| toString ·))])
  return .mkObj [("total", found.size), ("results", .arr rows)]

/-- Whether a word can begin a tactic here. -/
def hasTactic (env : Environment) (word : String) : Bool :=
  match (Parser.parserExtension.getState env).categories.find? `tactic with
  | some c => c.tables.leadingTable.contains (.mkSimple word) || c.kinds.contains word.toName
  | none => false

/-- What this worker is. `tactics` asks for tactic names: which of them are there. -/
def workerInfo (srv : Server) (j : Json) : Reply Json := do
  let words := (← field? (α := List String) j "tactics").getD []
  let env ← srv.env.get
  let top := env.header.imports.map (toString ·.module)
  return .mkObj ([("protocol", Json.str "0.3.4"), ("lean", Json.str Lean.versionStringCore), ("toolchain", s!"Lean {Lean.versionStringCore}"), ("githash", Lean.githash),
    ("imports", toJson top), ("modules", env.header.moduleNames.size),
    ("constants", env.constants.map₁.size), ("limits", toJson (← srv.limits.get)), ("states", (← srv.states.get).size)]
    ++ present [("tactics", if words.isEmpty then none else some (.mkObj (words.map fun w => (w, Json.bool (hasTactic env w)))))])

/-- The session's limits; a request may name its own. -/
def setLimits (srv : Server) (j : Json) : Reply Json := do
  let old ← srv.limits.get
  let new : Limits := { heartbeats := (← field? j "heartbeats").getD old.heartbeats, recDepth := (← field? j "recDepth").getD old.recDepth }
  srv.limits.set new
  return toJson new

end Proofdeck
