/-!
# Declarations as data

A prover that has run a text exports what the text added as plain tables of names, levels, expressions and declarations.
Another prover, which never reads the text, rebuilds them and asks its own kernel (`Kernel.lean`). Nothing but data crosses.

Entries refer to earlier ones by index. Expressions are shared and their `mdata` is dropped.

| table | entry |
|---|---|
| `names` | `[prefix, "text"]` or `[prefix, number]`; entry 0 is the anonymous name (`null`) |
| `levels` | `[0]` zero, `[1, l]` successor, `[2, a, b]` max, `[3, a, b]` imax, `[4, name]` parameter |
| `exprs` | `[0, i]` bound variable, `[1, level]` sort, `[2, name, levels]` constant, `[3, f, a]` application, `[4, name, type, body, binder]` lambda, `[5, name, type, body, binder]` pi, `[6, name, type, value, body]` let, `[7, "digits"]` number, `[8, "text"]` string, `[9, struct, field, expr]` projection |
| `decls` | `{kind, name, levels, type, value, hints?}`, dependencies first; `kind` is `theorem`, `definition` or `opaque` |

`binder`: 0 explicit, 1 implicit, 2 strict implicit, 3 instance. `hints`: `"opaque"`, `"abbrev"` or a height.
-/
namespace Proofdeck.Tables
open Lean

/-! ## Writing -/

structure Packing where
  names    : Array Json := #[.null]
  nameOf   : Std.HashMap Name Nat := ({} : Std.HashMap Name Nat).insert .anonymous 0
  levels   : Array Json := #[]
  levelOf  : Std.HashMap Level Nat := {}
  exprs    : Array Json := #[]
  exprOf   : Std.HashMap ExprStructEq Nat := {}

abbrev PackM := StateT Packing (Except String)

def row (cells : List Json) : Json := .arr cells.toArray
def num (n : Nat) : Json := toJson n

partial def packName (n : Name) : PackM Nat := do
  if let some i := (← get).nameOf[n]? then return i
  let entry ← match n with
    | .anonymous => pure Json.null
    | .str p s => do pure (row [num (← packName p), .str s])
    | .num p i => do pure (row [num (← packName p), num i])
  modifyGet fun s => let i := s.names.size; (i, { s with names := s.names.push entry, nameOf := s.nameOf.insert n i })

partial def packLevel (l : Level) : PackM Nat := do
  if let some i := (← get).levelOf[l]? then return i
  let entry ← match l with
    | .zero => pure (row [num 0])
    | .succ a => do pure (row [num 1, num (← packLevel a)])
    | .max a b => do pure (row [num 2, num (← packLevel a), num (← packLevel b)])
    | .imax a b => do pure (row [num 3, num (← packLevel a), num (← packLevel b)])
    | .param n => do pure (row [num 4, num (← packName n)])
    | .mvar _ => throw "a universe is not determined"
  modifyGet fun s => let i := s.levels.size; (i, { s with levels := s.levels.push entry, levelOf := s.levelOf.insert l i })

def binderCode : BinderInfo → Nat
  | .default => 0 | .implicit => 1 | .strictImplicit => 2 | .instImplicit => 3

partial def packExpr (e : Expr) : PackM Nat := do
  if let .mdata _ b := e then return ← packExpr b
  if let some i := (← get).exprOf[(⟨e⟩ : ExprStructEq)]? then return i
  let binder (code : Nat) (n : Name) (t b : Expr) (info : BinderInfo) : PackM Json := do
    return row [num code, num (← packName n), num (← packExpr t), num (← packExpr b), num (binderCode info)]
  let entry ← match e with
    | .bvar i => pure (row [num 0, num i])
    | .sort u => do pure (row [num 1, num (← packLevel u)])
    | .const n us => do pure (row [num 2, num (← packName n), row ((← us.mapM packLevel).map num)])
    | .app f a => do pure (row [num 3, num (← packExpr f), num (← packExpr a)])
    | .lam n t b info => binder 4 n t b info
    | .forallE n t b info => binder 5 n t b info
    | .letE n t v b _ => do pure (row [num 6, num (← packName n), num (← packExpr t), num (← packExpr v), num (← packExpr b)])
    | .lit (.natVal v) => pure (row [num 7, .str (toString v)])
    | .lit (.strVal v) => pure (row [num 8, .str v])
    | .proj s i b => do pure (row [num 9, num (← packName s), num i, num (← packExpr b)])
    | .mdata _ b => do pure (num (← packExpr b))
    | .fvar _ => throw "the term has a free variable"
    | .mvar _ => throw "the term has a hole"
  modifyGet fun s => let i := s.exprs.size; (i, { s with exprs := s.exprs.push entry, exprOf := s.exprOf.insert ⟨e⟩ i })

def packDeclaration (c : ConstantInfo) : PackM Json := do
  let kind ← match c with
    | .thmInfo _ => pure "theorem"
    | .opaqueInfo _ => pure "opaque"
    | .defnInfo v => if v.safety == .safe then pure "definition" else throw s!"{c.name} is not safe"
    | _ => throw s!"{c.name} is not a theorem or definition"
  let some value := c.value? (allowOpaque := true) | throw s!"{c.name} has no value"
  let hints : List (String × Json) := match c with
    | .defnInfo v => [("hints", match v.hints with | .opaque => "opaque" | .abbrev => "abbrev" | .regular h => num h.toNat)]
    | _ => []
  return .mkObj ([("kind", Json.str kind), ("name", num (← packName c.name)), ("levels", row ((← c.levelParams.mapM packName).map num)),
    ("type", num (← packExpr c.type)), ("value", num (← packExpr value))] ++ hints)

/-- The tables for some declarations, which come dependencies first. -/
def pack (decls : Array ConstantInfo) : Except String Json := do
  let (rows, s) ← (decls.mapM packDeclaration).run {}
  return .mkObj [("names", .arr s.names), ("levels", .arr s.levels), ("exprs", .arr s.exprs), ("decls", .arr rows)]

/-! ## Reading: the tables come from another prover and are not believed -/

def natOf : Json → Except String Nat
  | .num n => if n.exponent == 0 && n.mantissa ≥ 0 then .ok n.mantissa.toNat else .error "an index is not a natural number"
  | _ => .error "an index is not a number"

def entry {α : Type} [Inhabited α] (what : String) (table : Array α) (j : Json) : Except String α := do
  let i ← natOf j
  if i < table.size then return table[i]! else throw s!"{what} {i} is used before it is given"

def rowsOf (j : Json) (key : String) : Except String (Array Json) := do (← j.getObjVal? key).getArr?

def readNames (rows : Array Json) : Except String (Array Name) :=
  rows.foldlM (init := #[]) fun out r => do match r with
    | .null => return out.push .anonymous
    | .arr #[p, .str s] => return out.push (.str (← entry "name" out p) s)
    | .arr #[p, i] => return out.push (.num (← entry "name" out p) (← natOf i))
    | _ => throw "a name has a wrong shape"

def readLevels (names : Array Name) (rows : Array Json) : Except String (Array Level) :=
  rows.foldlM (init := #[]) fun out r => do
    let cells ← r.getArr?
    let code ← natOf (cells.getD 0 .null)
    match code, cells.toList.drop 1 with
    | 0, [] => return out.push .zero
    | 1, [a] => return out.push (.succ (← entry "level" out a))
    | 2, [a, b] => return out.push (.max (← entry "level" out a) (← entry "level" out b))
    | 3, [a, b] => return out.push (.imax (← entry "level" out a) (← entry "level" out b))
    | 4, [n] => return out.push (.param (← entry "name" names n))
    | _, _ => throw "a level has a wrong shape"

def binderOf (j : Json) : Except String BinderInfo := do match ← natOf j with
  | 0 => return .default
  | 1 => return .implicit
  | 2 => return .strictImplicit
  | 3 => return .instImplicit
  | _ => throw "unknown kind of binder"

def readExprs (names : Array Name) (levels : Array Level) (rows : Array Json) : Except String (Array Expr) :=
  rows.foldlM (init := #[]) fun out r => do
    let cells ← r.getArr?
    let code ← natOf (cells.getD 0 .null)
    let expr (j : Json) := entry "expression" out j
    let name (j : Json) := entry "name" names j
    match code, cells.toList.drop 1 with
    | 0, [i] => return out.push (.bvar (← natOf i))
    | 1, [u] => return out.push (.sort (← entry "level" levels u))
    | 2, [n, .arr us] => return out.push (.const (← name n) (← us.toList.mapM (entry "level" levels)))
    | 3, [f, a] => return out.push (.app (← expr f) (← expr a))
    | 4, [n, t, b, i] => return out.push (.lam (← name n) (← expr t) (← expr b) (← binderOf i))
    | 5, [n, t, b, i] => return out.push (.forallE (← name n) (← expr t) (← expr b) (← binderOf i))
    | 6, [n, t, v, b] => return out.push (.letE (← name n) (← expr t) (← expr v) (← expr b) false)
    | 7, [.str v] => match v.toNat? with
      | some n => return out.push (.lit (.natVal n))
      | none => throw "a number literal is not a number"
    | 8, [.str v] => return out.push (.lit (.strVal v))
    | 9, [n, i, b] => return out.push (.proj (← name n) (← natOf i) (← expr b))
    | _, _ => throw "an expression has a wrong shape"

def readDeclaration (names : Array Name) (exprs : Array Expr) (j : Json) : Except String Declaration := do
  let name ← entry "name" names (← j.getObjVal? "name")
  let levelParams ← (← rowsOf j "levels").toList.mapM (entry "name" names)
  let type ← entry "expression" exprs (← j.getObjVal? "type")
  let value ← entry "expression" exprs (← j.getObjVal? "value")
  match ← j.getObjValAs? String "kind" with
  | "theorem" => return .thmDecl { name, levelParams, type, value }
  | "opaque" => return .opaqueDecl { name, levelParams, type, value, isUnsafe := false, all := [name] }
  | "definition" =>
    let hints ← match j.getObjValD "hints" with
      | .str "opaque" => pure ReducibilityHints.opaque
      | .str "abbrev" => pure .abbrev
      | h => do pure (.regular (UInt32.ofNat (← natOf h)))
    return .defnDecl { name, levelParams, type, value, hints, safety := .safe }
  | kind => throw s!"{name} is of the unknown kind {kind}"

/-- The declarations of `pack`'s tables, in order. -/
def unpack (j : Json) : Except String (Array Declaration) := do
  let names ← readNames (← rowsOf j "names")
  let levels ← readLevels names (← rowsOf j "levels")
  let exprs ← readExprs names levels (← rowsOf j "exprs")
  (← rowsOf j "decls").mapM (readDeclaration names exprs)

end Proofdeck.Tables
