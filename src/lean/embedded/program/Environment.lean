/-! # Environment: constants by name, and additions -/
namespace Proofdeck
open Lean Elab Meta

/-! ## Kinds

Only exported data of the library is there, in which a theorem looks like an axiom; its first kind is recorded apart. -/

inductive Kind where
  | «axiom» | definition | «theorem» | «opaque» | quotient | «inductive» | constructor | recursor

def Kind.letter : Kind → String
  | .axiom => "a" | .definition => "d" | .theorem => "t" | .opaque => "o" | .quotient => "q" | .inductive => "i" | .constructor => "c" | .recursor => "r"

def Kind.word : Kind → String
  | .axiom => "axiom" | .definition => "definition" | .theorem => "theorem" | .opaque => "opaque"
  | .quotient => "quotient" | .inductive => "inductive" | .constructor => "constructor" | .recursor => "recursor"

def kindOf (env : Environment) (n : Name) : ConstantInfo → Kind
  | .defnInfo _ => .definition | .thmInfo _ => .theorem | .opaqueInfo _ => .opaque | .quotInfo _ => .quotient
  | .inductInfo _ => .inductive | .ctorInfo _ => .constructor | .recInfo _ => .recursor
  | .axiomInfo _ => match getOriginalConstKind? env n with
    | some .thm => .theorem | some .defn => .definition | some .opaque => .opaque | _ => .axiom

def moduleOf? (env : Environment) (n : Name) : Option Name :=
  (env.getModuleIdxFor? n).bind fun (i : Nat) => env.header.moduleNames[i]?

/-- Names that a reader of the library would not call its own. -/
def isHidden (n : Name) (c : ConstantInfo) : Bool := n.isInternalDetail || isPrivateName n || c.isUnsafe

/-- Visit every constant. (The library's own `fold` recurses once per constant, which the interpreter's stack does not bear.) -/
def foldConstants {α : Type} (env : Environment) (init : α) (f : α → Name → ConstantInfo → α) : α := Id.run do
  let mut acc := init
  for data in env.header.moduleData do
    for i in [0:data.constNames.size] do
      if let some c := data.constants[i]? then acc := f acc c.name c
  return env.constants.foldStage2 f acc

def lookup (env : Environment) (name : String) : Reply (Name × ConstantInfo) := do
  match env.find? name.toName with
  | some c => return (name.toName, c)
  | none => throw (error "index" s!"Symbol not found: {name}")

/-! ## Lists -/

def envDescribe (srv : Server) (_ : Json) : Reply Json := do
  let env ← srv.env.get
  return .mkObj [("imports", toJson (env.header.imports.map (toString ·.module))), ("modules", toJson (env.header.moduleNames.map toString))]

def noFiles (command : String) : Json :=
  error "io" s!"{command}: files are not available in the embedded worker; there is no file system behind it"

def envCatalog (srv : Server) (j : Json) : Reply Json := do
  if (← field? (α := String) j "filename").isSome then throw (noFiles "env.catalog with filename")
  let pre? := (← field? (α := String) j "modulePrefix").map String.toName
  let invert := (← field? (α := Bool) j "invertFilter").getD false
  let env ← srv.env.get
  let wanted (n : Name) : Bool := match pre? with
    | none => true
    | some pre => (match moduleOf? env n with | some m => pre.isPrefixOf m | none => false) != invert
  let symbols := foldConstants env #[] fun (out : Array String) n c =>
    if isHidden n c || !wanted n then out else out.push ((kindOf env n c).letter ++ toString n)
  return .mkObj [("symbols", toJson symbols)]

def envModuleRead (srv : Server) (j : Json) : Reply Json := do
  let name ← field (α := String) j "module"
  let env ← srv.env.get
  let some i := env.header.moduleNames.findIdx? (· == name.toName) | throw (error "exception" s!"unknown module {name}")
  let some data := env.header.moduleData[i]? | throw (error "exception" s!"module {name} has no data")
  return .mkObj [("imports", toJson (data.imports.map (toString ·.module))),
    ("constNames", toJson (data.constNames.map toString)), ("extraConstNames", toJson (data.extraConstNames.map toString))]

/-! ## env.inspect -/

def nameList (ns : List Name) : Json := toJson (ns.map toString)
def usedNames (e : Expr) : Json := nameList e.getUsedConstants.toList

def inductInfo (v : InductiveVal) : Json := .mkObj [("numParams", v.numParams), ("numIndices", v.numIndices), ("all", nameList v.all),
  ("ctors", nameList v.ctors), ("isRec", v.isRec), ("isReflexive", v.isReflexive), ("isNested", v.isNested)]

def constructorInfo (v : ConstructorVal) : Json :=
  .mkObj [("induct", toString v.induct), ("cidx", v.cidx), ("numParams", v.numParams), ("numFields", v.numFields)]

def recursorInfo (st : Settings) (v : RecursorVal) : MetaM Json := do
  let rules ← v.rules.mapM fun r => return Json.mkObj [("ctor", toString r.ctor), ("nFields", r.nfields), ("rhs", ← exprJson st r.rhs)]
  return .mkObj [("all", nameList v.all), ("numParams", v.numParams), ("numIndices", v.numIndices), ("numMotives", v.numMotives),
    ("numMinors", v.numMinors), ("rules", toJson rules), ("k", v.k)]

def positionJson (p : Position) : Json := .mkObj [("line", p.line), ("column", p.column)]

def envInspect (srv : Server) (j : Json) : Reply Json := do
  let s ← freshState srv
  let (name, c) ← lookup s.core.env (← field j "name")
  let wantValue := (← field? (α := Bool) j "value").getD (c matches .defnInfo _)
  let wantUses := (← field? (α := Bool) j "dependency").getD false
  let wantSource := (← field? (α := Bool) j "source").getD false
  let st ← srv.settings.get
  runFor srv { heartbeats := 0, recDepth := 4096 } "exception" s do
    let env ← getEnv
    let value? := if c matches .thmInfo _ | .defnInfo _ | .opaqueInfo _ then c.value? (allowOpaque := true) else none
    let ranges? ← if wantSource then findDeclarationRanges? name else pure none
    let uses (e? : Option Expr) := if wantUses then e?.map usedNames else none
    return Json.mkObj ([("type", ← exprJson st c.type), ("isUnsafe", Json.bool c.isUnsafe), ("kind", Json.str (kindOf env name c).word)] ++ present [
      ("value", ← if wantValue then value?.mapM (exprJson st ·) else pure none),
      ("module", (moduleOf? env name).map (toJson <| toString ·)),
      ("publicName", (privateToUserName? name).map (toJson <| toString ·)),
      ("typeDependency", uses (some c.type)), ("valueDependency", uses value?),
      ("inductInfo", match c with | .inductInfo v => some (inductInfo v) | _ => none),
      ("constructorInfo", match c with | .ctorInfo v => some (constructorInfo v) | _ => none),
      ("recursorInfo", ← match c with | .recInfo v => some <$> recursorInfo st v | _ => pure none),
      ("sourceStart", ranges?.map (positionJson ·.range.pos)), ("sourceEnd", ranges?.map (positionJson ·.range.endPos))])

/-! ## env.add, env.parse, expr.echo -/

def envAdd (srv : Server) (j : Json) : Reply Json := do
  let name := (← field (α := String) j "name").toName
  let levels := (← names? j "levels").getD []
  let type? ← field? (α := String) j "type"
  let value ← field (α := String) j "value"
  let isTheorem ← field (α := Bool) j "isTheorem"
  if name.isAnonymous then throw (error "command" "field name: not a name")
  let s ← freshState srv
  let parse (text : String) : Reply Syntax := match parseTerm s.core.env text with | .ok stx => return stx | .error e => throw (error "expr" e)
  let typeStx? ← type?.mapM parse
  let valueStx ← parse value
  let ((type, value), s) ← runIn srv (limits j) "expr" s <| Term.withLevelNames levels.reverse do
    let type? ← typeStx?.mapM (Term.elabType ·)
    let value ← Term.elabTermEnsuringType valueStx type?
    Term.synthesizeSyntheticMVarsNoPostponing
    let value ← instantiateMVars value
    let type ← instantiateMVars (← match type? with | some t => pure t | none => inferType value)
    if value.hasMVar || type.hasMVar then throwError "the value or its type has holes: {value} : {type}"
    return (type, value)
  let used := (collectLevelParams (collectLevelParams {} type) value).params.toList
  let levelParams := levels ++ used.filter (!levels.contains ·)
  let ((), s) ← runIn srv (limits j) "exception" s do
    addDecl <| if isTheorem then .thmDecl { name, levelParams, type, value } else .defnDecl { name, levelParams, type, value, hints := .abbrev, safety := .safe }
    enableRealizationsForConst name
  srv.env.set s.core.env
  return .mkObj []

def envParse (srv : Server) (j : Json) : Reply Json := do
  let input ← field (α := String) j "input"
  let category := (← field (α := String) j "category").toName
  let env ← srv.env.get
  unless (Parser.parserExtension.getState env).categories.contains category do throw (error "parse" s!"unknown syntax category {category}")
  let ictx := Parser.mkInputContext input messageFile
  let p := Parser.andthenFn Parser.whitespace (Parser.categoryParserFnImpl category)
  let s := p.run ictx { env, options := {} } (Parser.getTokenTable env) (Parser.mkParserState input)
  if s.hasError then throw (error "parse" (s.toErrorMsg ictx))
  return .mkObj [("pos", s.pos.byteIdx)]

def exprEcho (srv : Server) (j : Json) : Reply Json := do
  let text ← field (α := String) j "expr"
  let type? ← field? (α := String) j "type"
  let levels := (← names? j "levels").getD []
  let s ← freshState srv
  let parse (text : String) : Reply Syntax := match parseTerm s.core.env text with | .ok stx => return stx | .error e => throw (error "parsing" e)
  let stx ← parse text
  let typeStx? ← type?.mapM parse
  let st ← srv.settings.get
  runFor srv (limits j) "elab" s <| Term.withLevelNames levels.reverse do
    let type? ← typeStx?.mapM (Term.elabType ·)
    let e ← match type? with | some t => Term.elabTermEnsuringType stx t | none => Term.elabTerm stx none
    -- Literals keep their metavariables: default instances are not forced.
    Term.synthesizeSyntheticMVars (postpone := .yes)
    let e ← instantiateMVars e
    return Json.mkObj [("expr", ← exprJson st e), ("type", ← exprJson st (← inferType e))]

end Proofdeck
