/-!
# Judging: a text, command by command

Theorems join what later ones may use at V2 or above. A refused theorem concerns nothing but itself, because nothing of it stays; a command
that may not stand in a judged text ends the judging.
-/
namespace Proofdeck
open Lean Elab Meta

structure Judge where
  ictx     : Parser.InputContext
  st       : Command.State
  items    : Array Json := #[]
  /-- What the accepted theorems need, dependencies first, themselves included. -/
  seen     : NameSet := {}
  accepted : Array ConstantInfo := #[]
  /-- The pristine environment with what the kernel accepted again. -/
  checked  : Environment
  /-- The line and the kind of a command that may not stand in a judged text: nothing after it is elaborated. -/
  stopped  : Option (Nat × String) := none
  /-- The text has to be one theorem: what it is to prove, if anything is given. -/
  single?  : Option (Option Target) := none
  /-- The column of a theorem that did not parse: what stands deeper is the rest of it and not a command. -/
  debris   : Option Nat := none

def position (ictx : Parser.InputContext) (stx : Syntax) : List (String × Json) :=
  let p := ictx.fileMap.toPosition (stx.getPos?.getD 0)
  [("line", toJson p.line), ("column", toJson p.column)]

/-- The name under which a `theorem` declares itself. -/
def declaredAs (st : Command.State) (decl : Syntax) : Name :=
  let id := decl[1][0].getId
  if (`_root_).isPrefixOf id then id.replacePrefix `_root_ .anonymous else if id.isAnonymous then id else st.scopes.head!.currNamespace ++ id

/-- What a reader calls a theorem or an example of the text. -/
def itemName (g : Judge) (decl : Syntax) : String :=
  if decl.getKind == ``Parser.Command.theorem && !decl[1][0].getId.isAnonymous then toString (declaredAs g.st decl) else
  let word := if decl.getKind == ``Parser.Command.example then "example" else "theorem"
  s!"{word} (line {(g.ictx.fileMap.toPosition (decl.getPos?.getD 0)).line})"

def Judge.refuse (g : Judge) (decl : Syntax) (reason : String) : Judge :=
  { g with items := g.items.push (verdictJson none (some reason) [] (("name", Json.str (itemName g decl)) :: position g.ictx decl)) }

/-- Nothing from here on is judged. -/
def Judge.stop (g : Judge) (line : Nat) (what : String) : Judge :=
  { g with stopped := g.stopped <|> some (line, what) }

def Judge.isDebris (g : Judge) (column : Nat) : Bool := g.debris.any (column > ·)

/-- Constants that appeared and are neither the theorem nor made by Lean on its behalf. -/
def foreignNames (before after : Environment) (name : Name) : List Name :=
  let old := before.constants
  let add (out : List Name) (n : Name) (_ : ConstantInfo) : List Name :=
    if n == name || n.isInternalDetail || old.contains n || isReservedName before n then out else n :: out
  after.constants.foldStage2 add []

/-- Judge one theorem. It joins what later ones may use only at V2 or above. -/
def Judge.theorem (srv : Server) (j : Json) (g : Judge) (target? : Option Target) (whole decl : Syntax) : Reply Judge := do
  let name := declaredAs g.st decl
  if let some why := nameRefused? name then return g.refuse decl why
  if g.st.env.contains name then
    let g := g.refuse decl s!"{name} exists already"
    return { g with items := g.items.modify (g.items.size - 1) (·.setObjVal! "nameExists" true) }
  if let some wanted := optStr? j "name" then
    unless wanted.toName == name do return g.refuse decl s!"the text proves {name}, wanted is {wanted}"
  let (st, errors) ← runCommand srv g.ictx whole g.st
  unless errors.isEmpty do return g.refuse decl (String.intercalate "\n" errors.toList)
  let some (.thmInfo thm) := st.env.find? name | return g.refuse decl s!"the text declares no theorem {name}"
  let own := do addedConstants srv.base st.env thm.value (← addedConstants srv.base st.env thm.type (g.seen, g.accepted))
  match own with
  | .error e => return g.refuse decl e
  | .ok (seen, all) =>
    let added := all.extract g.accepted.size all.size
    let f ← examine srv st.env thm added target? (foreignNames g.st.env st.env name)
    let fields := f.fields ++ position g.ictx decl
    unless f.level == some "V2" do
      return { g with items := g.items.push (verdictJson f.level f.reason? (if f.level.isSome then ["elaborated"] else []) fields) }
    let mine := added.push (.thmInfo thm)
    let checked ← if optBool j "export" then pure (.ok g.checked) else do
      let mut env : Except String Environment := .ok g.checked
      for c in mine do
        match env, declarationOf c with
        | .ok e, .ok d => env ← kernelAdd srv e d
        | .ok _, .error e => env := .error e
        | .error _, _ => pure ()
      pure env
    match checked with
    | .error e => return { g with items := g.items.push (verdictJson none (some e) ["elaborated", "audited"] fields) }
    | .ok env =>
      let kernel := !optBool j "export"
      let item := verdictJson (some (if kernel then "V3" else "V2")) f.reason? (["elaborated", "audited"] ++ if kernel then ["kernel"] else [])
        (fields ++ [("decl", toJson (g.accepted.size + mine.size - 1))])
      return { g with st, checked := env, seen := seen.insert name, accepted := g.accepted ++ mine, items := g.items.push item }

def notJudged : Nat × String → String
  | (line, _) => s!"not judged: the judging ended at line {line}"

/-- The `theorem` or `example` that a command is, perhaps behind `open … in`. What is wrong with it concerns it alone: nothing of it is elaborated. -/
partial def ownItem? (stx : Syntax) : Option Syntax :=
  if stx.getKind == ``Parser.Command.in then ownItem? stx[2]
  else if stx.getKind == ``Parser.Command.declaration && [``Parser.Command.theorem, ``Parser.Command.example].contains stx[1].getKind then some stx[1]
  else none

def said (errors : List Message) : IO String :=
  return String.intercalate "\n" (← errors.mapM fun m => return s!"{m.pos.line}:{m.pos.column}: {← m.data.toString}")

/-- Go through a text. A theorem that is refused is passed over; after a command that may not stand in it, theorems are only listed. -/
partial def Judge.walk (srv : Server) (j : Json) (g : Judge) (ps : Parser.ModuleParserState) : Reply Judge := do
  let (stx, ps, msgs) := parseNext g.ictx ps g.st
  let errors := msgs.toList.filter (·.severity matches .error)
  let own? := ownItem? stx
  let start? := stx.getPos?.map g.ictx.fileMap.toPosition
  let start := start?.getD ⟨1, 0⟩
  let isEnd := stx.getKind == ``Parser.Command.eoi
  let goOn (g : Judge) : Reply Judge := if isEnd then return g else walk srv j g ps
  if g.single?.isSome then
    if Parser.isTerminalCommand stx && !isEnd then return ← goOn (g.stop start.line (describe stx))
    unless errors.isEmpty do return ← goOn (g.refuse (own?.getD .missing) (← said errors))
  -- The parser passes over what it cannot read, and complains together with the next command.
  let (before, own) := errors.partition fun m => isEnd || start?.all fun p => m.pos.line < p.line || (m.pos.line == p.line && m.pos.column < p.column)
  let g ← match before with
    | m :: _ => if g.isDebris m.pos.column then pure g else pure (g.stop m.pos.line s!"text that does not parse ({← m.data.toString})")
    | [] => pure g
  if isEnd then return g
  if own?.isNone && g.isDebris start.column then return ← goOn g
  let g := { g with debris := none }
  match own?, g.stopped, own with
  | some decl, some why, _ => return ← goOn (g.refuse decl (notJudged why))
  | some decl, none, _ :: _ => return ← goOn { g.refuse decl (← said own) with debris := some start.column }
  | none, _, m :: _ => return ← goOn (g.stop start.line s!"text that does not parse ({← m.data.toString})")
  | _, _, [] => pure ()
  match classify g.st.env stx, own?, g.stopped with
  | .theorem whole decl, _, _ =>
    if g.single?.isSome && !g.items.isEmpty then goOn (g.stop start.line "a second theorem")
    else goOn (← g.theorem srv j (g.single?.bind id) whole decl)
  | .scope stx', _, none =>
    let (st, errors) ← runCommand srv g.ictx stx' g.st
    if errors.isEmpty then goOn { g with st }
    else goOn (g.stop start.line s!"{describe stx} that fails: {String.intercalate "\n" errors.toList}")
  | .refused what, some decl, none =>
    if g.single?.isSome then goOn (g.stop start.line what)
    else if decl.getKind == ``Parser.Command.example then goOn (g.refuse decl "an `example` is not judged: write `theorem` and give it a name")
    else goOn (g.refuse decl s!"{what} may not stand in a judged text")
  | .refused what, none, none => goOn (g.stop start.line what)
  | _, _, _ => goOn g

end Proofdeck
