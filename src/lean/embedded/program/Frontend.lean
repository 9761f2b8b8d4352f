/-! # Frontend: whole Lean text, command by command -/
namespace Proofdeck
open Lean Elab Meta

/-- One command of a text. -/
structure CommandUnit where
  start    : Nat
  stop     : Nat
  before   : Command.State
  after    : Command.State
  messages : List Message

/-- Elaborate commands one after another until the text ends. -/
partial def commandUnits (srv : Server) (ictx : Parser.InputContext) (ps : Parser.ModuleParserState) (st : Command.State)
    (out : Array CommandUnit := #[]) : IO (Array CommandUnit × Command.State) := do
  let sc := st.scopes.head!
  let pm : Parser.ParserModuleContext := { env := st.env, options := sc.opts, currNamespace := sc.currNamespace, openDecls := sc.openDecls }
  let (stx, ps', parseMessages) := Parser.parseCommand ictx pm ps {}
  let done := Parser.isTerminalCommand stx
  let before := { st with messages := {}, infoState := { st.infoState with trees := {} } }
  let after ← IO.mkRef before
  let mut thrown := []
  unless done do
    let ctx : Command.Context := { cmdPos := ps.pos, fileName := ictx.fileName, fileMap := ictx.fileMap, snap? := none, cancelTk? := some srv.cancel }
    if let .error e ← (Command.elabCommandTopLevel stx ctx after).toIO' then
      thrown := [({ fileName := ictx.fileName, pos := ictx.fileMap.toPosition ps.pos, data := e.toMessageData } : Message)]
  let after ← after.get
  let messages := parseMessages.toList ++ thrown ++ after.messages.toList
  let out := if done && messages.isEmpty then out else out.push { start := ps.pos.byteIdx, stop := ps'.pos.byteIdx, before, after, messages }
  if done || (← srv.cancel.isSet) then return (out, after) else commandUnits srv ictx ps' after out

/-- The state in which the first command runs. -/
def commandState (env : Environment) (scope : Scope) (j : Json) : Command.State :=
  let opts := scope.opts.setBool `Elab.async false |>.setNat `maxHeartbeats (limits j).heartbeats |>.setNat `maxRecDepth (limits j).recDepth
  let st := Command.mkState env {} opts
  -- The shipped build treats every text as a `module`, where declarations are private and opaque unless a section says otherwise.
  let expose := Unhygienic.run `(Parser.Term.attrInstance| expose)
  let scopes := st.scopes.map fun s => { s with isPublic := true, attrs := [expose], currNamespace := scope.currNamespace, openDecls := scope.openDecls, levelNames := scope.levelNames }
  { st with scopes, infoState := { enabled := true } }

/-- Constants that one command added. -/
def newNames (u : CommandUnit) : Array Name :=
  let old := u.before.env.constants.map₂
  u.after.env.constants.map₂.foldl (init := #[]) fun out n _ => if old.contains n || n.isInternalDetail then out else out.push n

/-! ## Sorries as goals -/

/-- A `sorry` of a text: its goal, and where it stands. -/
structure Hole where
  context : ContextInfo
  lctx    : LocalContext
  type    : MetaM Expr
  range   : Nat × Nat

def holesOf (u : CommandUnit) : List Hole :=
  let range (stx : Syntax) := ((stx.getPos?.getD 0).byteIdx, (stx.getTailPos?.getD 0).byteIdx)
  u.after.infoState.trees.toList.flatMap fun tree =>
    let found := tree.foldInfo (init := []) fun context info out => match info with
      | .ofTermInfo i =>
        if i.stx.getKind == ``Parser.Term.sorry then { context, lctx := i.lctx, type := inferType i.expr, range := range i.stx : Hole } :: out else out
      | .ofTacticInfo i =>
        if i.stx.getKind == ``Parser.Tactic.tacticSorry then
          match i.goalsBefore with
          | g :: _ => match i.mctxBefore.findDecl? g with
            | some d => { context := { context with mctx := i.mctxBefore }, lctx := d.lctx, type := g.getType, range := range i.stx : Hole } :: out
            | none => out
          | [] => out
        else out
      | _ => out
    -- A tactic `sorry` is also recorded as the term it expands to, at the same place.
    found.reverse.foldl (init := []) (fun out h => if out.any (·.range == h.range) then out else out ++ [h])

/-- A state whose goals are the sorries of a command, in the environment before it. -/
def sorryState (srv : Server) (u : CommandUnit) (holes : List Hole) : Reply State := do
  let s ← freshState srv
  let s := { s with core := { s.core with env := u.before.env, ngen := u.after.ngen } }
  let (goals, s) ← runIn srv {} "frontend" s do
    holes.mapM fun h => do
      let (type, lctx) ← h.context.runMetaM h.lctx do return (← instantiateMVars (← h.type), ← instantiateLCtxMVars (← getLCtx))
      if type.hasMVar then throwError "a `sorry` whose type is not known"
      withLCtx lctx {} do
        let instances ← getLocalInstancesOf lctx
        return (← mkFreshExprMVarAt lctx instances type .syntheticOpaque).mvarId!
  let (root, s) ← match goals with
    | [g] => pure (g, s)
    -- No single term stands for several sorries: the root stays open for ever.
    | _ => runIn srv {} "frontend" s (return (← mkFreshExprMVar (mkConst ``True) .syntheticOpaque).mvarId! : MetaM MVarId)
  return { s with goals, root }
where
  getLocalInstancesOf (lctx : LocalContext) : MetaM LocalInstances := do
    let mut out := #[]
    for d in lctx do
      unless d.isImplementationDetail do
        if let some c ← isClass? d.type then out := out.push { className := c, fvar := d.toExpr }
    return out

/-! ## Tactic invocations -/

/-- Nodes that stand for a tactic as it is written, not for a block or for what a macro expands to. -/
def isInvocation (i : TacticInfo) : Bool :=
  i.goalsBefore != [] && (i.stx.getPos? (canonicalOnly := true)).isSome &&
  (i.stx.getHeadInfo matches .original ..) && !i.stx.isAtom &&
  ![nullKind, ``Parser.Term.byTactic, ``Parser.Tactic.tacticSeq, ``Parser.Tactic.tacticSeq1Indented, ``Parser.Tactic.tacticSeqBracketed].contains i.stx.getKind

def invocationsOf (u : CommandUnit) : IO (Array Json) := do
  let found := u.after.infoState.trees.toList.flatMap fun tree => (tree.foldInfo (init := []) fun context info out => match info with
    | .ofTacticInfo i => if isInvocation i then (context, i) :: out else out
    | _ => out).reverse
  let mut out := #[]
  for (context, i) in found do
    let show' (mctx : MetavarContext) (goals : List MVarId) : IO String := do
      let texts ← ({ context with mctx } : ContextInfo).runMetaM {} (goals.mapM fun g => return toString (← Meta.ppGoal g))
      return "\n\n".intercalate texts
    let some text := i.stx.reprint | continue
    let used : NameSet := i.goalsBefore.foldl (init := {}) fun s g => match i.mctxAfter.getExprAssignmentCore? g with
      | some e => e.getUsedConstants.foldl (·.insert ·) s
      | none => s
    out := out.push (.mkObj [("goalBefore", ← show' i.mctxBefore i.goalsBefore), ("goalAfter", ← show' i.mctxAfter i.goalsAfter),
      ("tactic", text.trimAscii.toString), ("usedConstants", nameList used.toList)])
  return out

/-! ## frontend.process -/

/-- Read the header of a text and check that all it imports is loaded. Nothing can be loaded later. -/
def readHeader (srv : Server) (ictx : Parser.InputContext) : Reply Parser.ModuleParserState := do
  let (header, ps, messages) ← Parser.parseHeader ictx
  if messages.hasErrors then
    throw (error "frontend" ("\n".intercalate (← messages.toList.mapM (·.data.toString))))
  for i in headerToImports header do
    unless srv.base.header.moduleNames.contains i.module do
      throw (error "io" s!"unknown module {i.module}; loaded are the modules that env.describe lists, and no others can be")
  return ps

def frontendProcess (srv : Server) (j : Json) : Reply Json := do
  let file? ← field? (α := String) j "file"
  let fileName? ← field? (α := String) j "fileName"
  let text ← match file?, fileName? with
    | some text, none => pure text
    | none, some _ => throw (noFiles "frontend.process with fileName")
    | _, _ => throw (error "arguments" "Exactly one of {file, fileName} must be supplied")
  let readsHeader ← field (α := Bool) j "readHeader"
  let inherit' ← field (α := Bool) j "inheritEnv"
  let newConstants ← field (α := Bool) j "newConstants"
  let sorrys := (← field? (α := Bool) j "sorrys").getD false
  let invocations ← match j.getObjVal? "invocations" with
    | .ok (.bool b) => pure b
    | .error _ | .ok .null => pure false
    | .ok _ => throw (noFiles "frontend.process with an invocations file (`\"invocations\": true` gives them in the answer)")
  let ictx := Parser.mkInputContext text "<anonymous>"
  let ps ← if readsHeader then readHeader srv ictx else pure {}
  let scope ← if readsHeader then pure {} else srv.scope.get
  let env ← if readsHeader then pure srv.base else srv.env.get
  let (units, last) ← commandUnits srv ictx ps (commandState env scope j)
  if ← srv.cancel.isSet then throw (error "internal" "interrupt")
  let json ← units.mapM fun u => do
    let holes := if sorrys then holesOf u else []
    let goals ← if holes.isEmpty then pure [] else do
      let (goals, s) ← goalsJson srv (← sorryState srv u holes)
      pure [("goalStateId", toJson (← save srv s)), ("goals", .arr goals), ("goalSrcBoundaries", toJson (holes.map fun h => [h.range.1, h.range.2]))]
    let messages ← u.messages.mapM (messageJson ·)
    let calls ← if invocations then pure (some (.arr (← invocationsOf u))) else pure none
    return Json.mkObj ([("boundary", toJson [u.start, u.stop]), ("messages", toJson messages)] ++ goals
      ++ present [("newConstants", if newConstants then some (nameList (newNames u).toList) else none), ("invocations", calls)])
  if inherit' then
    srv.env.set last.env
    if let some sc := last.scopes.head? then
      -- Limits are the session's own, not those that the text was run with.
      let opts := sc.opts.erase `maxHeartbeats |>.erase `maxRecDepth |>.erase `Elab.async
      srv.scope.set { opts, currNamespace := sc.currNamespace, openDecls := sc.openDecls, levelNames := sc.levelNames }
    forgetPrinted srv
  return .mkObj [("units", toJson json)]

end Proofdeck
