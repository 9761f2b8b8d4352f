/-! # Server: what is kept between requests, how a request is run, and how errors look

Everything below is ordinary Lean. The files are joined in a fixed order and elaborated as one. -/
set_option linter.all false
set_option autoImplicit false
set_option Elab.async false

namespace Proofdeck
open Lean Elab Meta

/-! ## Data -/

/-- The options of the protocol (`options.set`). They survive `reset`. -/
structure Settings where
  printJsonPretty : Bool := false
  printExprPretty : Bool := true
  printExprAST : Bool := false
  printDependentMVars : Bool := false
  noRepeat : Bool := false
  printAuxDecls : Bool := false
  printImplementationDetailHyps : Bool := false
  automaticMode : Bool := true
  /-- Milliseconds per command, 0 for none. Kept here, enforced by the host, whose clock runs while Lean is busy. -/
  timeout : Nat := 0
  deriving ToJson, FromJson

/-- `heartbeats` in thousands, as in `set_option maxHeartbeats`; 0 means no limit. -/
structure Limits where
  heartbeats : Nat := 200000
  recDepth   : Nat := 512
  deriving ToJson

/-- What is under way on a goal. -/
inductive Fragment where
  | tactic
  /-- Rewriting inside `parent`: `whole : target = rhs` is under construction. -/
  | conv (parent rhs whole : MVarId)
  | calc

/-- A printed hypothesis and all that its text depends on. -/
structure PrintedVar where
  type     : Expr
  value?   : Option Expr
  userName : Name
  /-- The variables that occur, under the names they had. -/
  names    : Array (FVarId × Name)
  /-- Parts of the names of the constants that occur: a hypothesis of that name changes how they are written. -/
  words    : Array Name
  json     : Json

/-- A printed goal without metavariables, valid while its declaration is the same object. -/
structure PrintedGoal where
  decl : MetavarDecl
  json : Json

/-- What is printed already. Along one line of states the ids of variables and goals are unique, so it is part of the state. -/
structure Printed where
  vars  : PersistentHashMap FVarId PrintedVar := {}
  goals : PersistentHashMap MVarId PrintedGoal := {}

/-- Everything needed to continue a proof from here. States are immutable; a step makes a new one. -/
structure State where
  core  : Core.State
  meta' : Meta.State
  term  : Term.State
  goals : List MVarId
  root  : MVarId
  /-- Goals that are not plain tactic goals. -/
  fragments : PersistentHashMap MVarId Fragment := {}
  /-- The goals that the last step closed. -/
  parents : List MVarId := []
  printed : Printed := {}

/-- The part of a command's scope that later requests see (`open`, `namespace`, `universe`, `set_option`). -/
structure Scope where
  opts          : Options := {}
  currNamespace : Name := .anonymous
  openDecls     : List OpenDecl := []
  levelNames    : List Name := []

structure Server where
  /-- The environment the worker started with. -/
  base     : Environment
  /-- The environment that new goals start from. -/
  env      : IO.Ref Environment
  scope    : IO.Ref Scope
  states   : IO.Ref (Std.HashMap Nat State)
  next     : IO.Ref Nat
  settings : IO.Ref Settings
  limits   : IO.Ref Limits
  cancel   : IO.CancelToken

def Server.new (env : Environment) : BaseIO Server := do
  return { base := env, env := ← IO.mkRef env, scope := ← IO.mkRef {}, states := ← IO.mkRef {}, next := ← IO.mkRef 0,
           settings := ← IO.mkRef {}, limits := ← IO.mkRef {}, cancel := ← IO.CancelToken.new }

unsafe def cancelFlagImpl (t : IO.CancelToken) : IO.Ref Bool := unsafeCast t
/-- The flag inside a cancel token, so that the host can set it from another thread. -/
@[implemented_by cancelFlagImpl] opaque cancelFlag (t : IO.CancelToken) : IO.Ref Bool

/-! ## Replies -/

abbrev Reply := ExceptT Json IO

/-- Look at the outcome instead of passing an error on. (Inside `Reply`, `← (x : IO (Except Json α))` would be taken for `Reply`.) -/
inductive Outcome (α : Type) where
  | done (a : α)
  | failed (e : Json)

def attempt {α : Type} (x : Reply α) : IO (Outcome α) := do
  match ← x.run with
  | .ok a => return .done a
  | .error e => return .failed e

def error (code desc : String) : Json := .mkObj [("error", code), ("desc", desc)]

/-- Fields of an answer that may be absent. -/
def present (fields : List (String × Option Json)) : List (String × Json) :=
  fields.filterMap fun (k, v?) => v?.map (k, ·)

/-! ## Fields of a request -/

/-- A field that may be missing or `null`; a value of the wrong type is an error of the command. -/
def field? {α : Type} [FromJson α] (j : Json) (k : String) : Reply (Option α) :=
  match j.getObjVal? k with
  | .error _ | .ok .null => return none
  | .ok v => match fromJson? v with
    | .ok a => return some a
    | .error e => throw (error "command" s!"field {k}: {e}")

def field {α : Type} [FromJson α] (j : Json) (k : String) : Reply α := do
  match ← field? j k with
  | some a => return a
  | none => throw (error "command" s!"field {k} is missing")

/-- A list of names, given as strings. -/
def names? (j : Json) (k : String) : Reply (Option (List Name)) :=
  return (← field? (α := List String) j k).map (·.map String.toName)

def optNat (j : Json) (k : String) (d : Nat) : Nat := (j.getObjValAs? Nat k).toOption.getD d
def optBool (j : Json) (k : String) : Bool := (j.getObjValAs? Bool k).toOption.getD false
def optStr? (j : Json) (k : String) : Option String := (j.getObjValAs? String k).toOption

/-- The limits of a request. The dispatcher has filled in the session's own where the request names none. -/
def limits (j : Json) : Limits := { heartbeats := optNat j "heartbeats" 200000, recDepth := optNat j "recDepth" 512 }

/-! ## Running -/

def freshState (srv : Server) : IO State := do
  return { core := { env := ← srv.env.get }, meta' := {}, term := {}, goals := [], root := ⟨.anonymous⟩ }

def messageFile : String := "<Pantograph>"

/-- The error object for an exception that ended a request; `code` is for those that are no matter of limits. -/
def exceptionJson (code : String) (s : State) (e : Exception) : IO Json := do
  let context : MessageDataContext := { env := s.core.env, mctx := s.meta'.mctx, lctx := {}, opts := {} }
  let desc ← try (MessageData.withContext context e.toMessageData).toString catch _ => pure "error while printing an error"
  let limit (name : String) := (error "core" desc).setObjVal! "limit" name
  return if e.isInterrupt then error "internal" "interrupt"
    else if e.isMaxHeartbeat then limit "heartbeats"
    else if e.isMaxRecDepth then limit "recDepth"
    else error code desc

/-- Run `x` from `s`. Errors come back as `{error, desc}` under `code`. -/
def runIn {α : Type} (srv : Server) (lim : Limits) (code : String) (s : State) (x : TermElabM α) : Reply (α × State) := do
  let scope ← srv.scope.get
  let ctx : Core.Context := {
    fileName := messageFile, fileMap := default, options := scope.opts, currNamespace := scope.currNamespace, openDecls := scope.openDecls,
    maxRecDepth := lim.recDepth, initHeartbeats := ← IO.getNumHeartbeats, maxHeartbeats := lim.heartbeats * 1000, cancelTk? := some srv.cancel }
  let act := x { errToSorry := false } |>.run s.term |>.run {} s.meta'
  match ← (act ctx |>.run s.core).toIO' with
  | .ok (((a, term), meta'), core) => return (a, { s with core, meta', term })
  | .error e => throw (← exceptionJson code s e)

/-- The same, when only the value matters. -/
def runFor {α : Type} (srv : Server) (lim : Limits) (code : String) (s : State) (x : TermElabM α) : Reply α :=
  return (← runIn srv lim code s x).1

/-! ## Stored states -/

def save (srv : Server) (s : State) : IO Nat := do
  let id ← srv.next.modifyGet fun n => (n, n + 1)
  srv.states.modify (·.insert id s)
  return id

def loadId (srv : Server) (id : Nat) : Reply State := do
  match (← srv.states.get)[id]? with
  | some s => return s
  | none => throw (error "index" s!"Invalid state index {id}")

def load (srv : Server) (j : Json) : Reply State := do loadId srv (← field j "stateId")

/-- Forget printed text, after a change of something that all printing depends on. -/
def forgetPrinted (srv : Server) : IO Unit :=
  srv.states.modify fun m => m.map fun _ s => { s with printed := {} }

end Proofdeck
