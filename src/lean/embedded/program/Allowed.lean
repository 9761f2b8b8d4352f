/-!
# Allowed: what may stand in a text that is to be judged

A ban looks at syntax kinds and keywords as the parser of the pristine environment saw them, never at raw text: a comment, a string
or a name cannot trigger it and notation cannot hide from it. It keeps code from running and declarations from being added while a
text is elaborated. It is not what makes a verdict sound (the kernel is); it is what makes the elaborating prover worth believing.
-/
namespace Proofdeck
open Lean

/-! ## Bans -/

/-- Kinds that run code, trust the compiler, leave the proof open, or add something besides the theorem. -/
def bannedKinds : List Name := [
  ``Parser.Tactic.tacticSorry, ``Parser.Tactic.tacticAdmit, ``Parser.Tactic.tacticStop_, ``Parser.Term.sorry,
  ``Parser.Tactic.Grind.«sorry», ``Parser.Tactic.Grind.grindAdmit, ``Parser.Tactic.mstop, ``Parser.Tactic.mstopMacro,
  ``Parser.Tactic.runTac, ``Lean.byElab, ``Lean.includeStr, ``Parser.Term.unsafe, ``Parser.Tactic.sleep, ``Parser.Tactic.dbgTrace,
  ``Parser.Term.dbgTrace, ``Lean.termEval_prec_, ``Lean.termEval_prio_,
  ``Parser.Tactic.nativeDecide, ``Parser.Tactic.bvDecide, ``Parser.Tactic.bvDecideMacro, ``Parser.Tactic.bvTrace,
  ``Parser.Tactic.bvTraceMacro, ``Parser.Tactic.bvCheck,
  ``Parser.Term.letrec, ``Parser.Tactic.letrec, ``Parser.Term.whereDecls, ``Parser.Term.privateDecl, ``Parser.Term.withDeclName,
  ``Parser.Term.attributes, ``Parser.Term.attrInstance]

/-- Keywords of the same, whatever kind of syntax they stand in (also in syntax of other libraries). -/
def bannedKeywords : List String := [
  "sorry", "admit", "run_tac", "run_cmd", "run_elab", "run_meta", "by_elab", "eval%", "include_str", "unsafe", "native_decide",
  "bv_decide", "bv_decide?", "bv_check", "#eval", "#exit", "macro_rules", "elab_rules", "let rec"]

/-- Constants that make the kernel trust compiled code, by the last part of their name. -/
def bannedConstants : List String := ["ofReduceBool", "ofReduceNat", "reduceBool", "reduceNat", "trustCompiler"]

/-- Quotations and parser terms are for metaprograms. So are the notations of modules under `Lean` other than its grammar. -/
def forMetaprograms (env : Environment) (kind : Name) : Bool :=
  (match kind with | .str _ "quot" => true | _ => false)
  || [``Parser.Term.quot, ``Parser.Term.dynamicQuot, ``Parser.Term.precheckedQuot, ``Parser.Command.quot, ``Parser.Tactic.quotSeq,
      ``Parser.Term.leading_parser, ``Parser.Term.trailing_parser].contains kind
  || (match (env.getModuleIdxFor? kind).bind fun i => env.header.moduleNames[i.toNat]? with
      | some m => (`Lean).isPrefixOf m && !(`Lean.Parser).isPrefixOf m
      | none => false)

/-- A configuration is evaluated as a program when the tactic starts, so only names, literals and records of them may stand in it. -/
partial def plainConfig (stx : Syntax) : Bool :=
  let plain : List Name := [nullKind, identKind, numLitKind, strLitKind, groupKind, `hygieneInfo, ``Parser.Tactic.optConfig, ``Parser.Tactic.configItem,
    ``Parser.Tactic.posConfigItem, ``Parser.Tactic.negConfigItem, ``Parser.Tactic.valConfigItem, ``Parser.Tactic.config,
    ``Parser.Term.optEllipsis, ``Parser.Term.paren, ``Parser.Term.dotIdent, ``Parser.Term.num, ``Parser.Term.str]
  (stx.isAtom || plain.contains stx.getKind || (toString stx.getKind).startsWith "Lean.Parser.Term.structInst") && stx.getArgs.all plainConfig

/-- `+native` in any spelling: `decide` would trust the compiler. -/
partial def asksForNative (stx : Syntax) : Bool :=
  (stx.isIdent && (stx.getId.eraseMacroScopes.components.contains `native)) || stx.getArgs.any asksForNative

/-! ## Options -/

/-- Options that bound resources, with the largest value allowed. Zero would mean no bound. -/
def boundedOptions : List (Name × Nat) := [
  (`maxHeartbeats, 4000000), (`maxRecDepth, 1000000), (`synthInstance.maxHeartbeats, 4000000), (`synthInstance.maxSize, 100000)]

/-- `none` if the option may be set to this value. -/
def optionRefused? (name : Name) (value : Syntax) : Option String :=
  let shown := s!"set_option {name}"
  match boundedOptions.find? (·.1 == name) with
  | some (_, most) => match value.isNatLit? with
    | some n => if 0 < n && n ≤ most then none else some s!"{shown} {n} (allowed: 1 to {most})"
    | none => some s!"{shown} without a number"
  | none =>
    if (`linter).isPrefixOf name || (`pp).isPrefixOf name then none
    else if [`autoImplicit, `relaxedAutoImplicit].contains name && value.isToken "false" then none
    else some s!"{shown} (allowed: limits on heartbeats, recursion and instances; linter, pp; autoImplicit false)"

/-- The value is the last token before `in`, whatever the grammar puts between. -/
partial def optionValue (args : List Syntax) : Syntax :=
  match args with
  | [] => .missing
  | a :: rest => if a.isNatLit?.isSome || a.isStrLit?.isSome || a.isToken "true" || a.isToken "false" then a
    else match optionValue a.getArgs.toList with | .missing => optionValue rest | v => v

/-- The first thing in the syntax that may not stand in a judged text. -/
partial def banned? (env : Environment) (stx : Syntax) : Option String :=
  let kind := stx.getKind
  if let .atom _ val := stx then
    if bannedKeywords.contains val.trimAscii.toString then some s!"`{val.trimAscii}`" else none
  else if stx.isIdent then
    if bannedConstants.any fun c => (Name.mkSimple c).isSuffixOf stx.getId then some s!"the constant {stx.getId}" else none
  else if bannedKinds.contains kind then some s!"{stx.getHead?.elim "" fun h => match h with | .atom _ v => s!"`{v.trimAscii}` " | _ => ""}({kind})"
  else if forMetaprograms env kind then some s!"syntax for metaprograms ({kind})"
  else if stx[0].isToken "set_option" then
    (optionRefused? stx[1].getId (optionValue (stx.getArgs.toList.drop 2))) <|> stx.getArgs.findSome? (banned? env)
  else if kind == ``Parser.Tactic.optConfig || kind == ``Parser.Tactic.config || kind == ``Parser.Tactic.Grind.setConfig then
    if !plainConfig stx && kind != ``Parser.Tactic.Grind.setConfig then some "a computed configuration"
    else if asksForNative stx then some "the option `native`, which trusts the compiler"
    else stx.getArgs.findSome? (banned? env)
  else stx.getArgs.findSome? (banned? env)

/-! ## Names and commands -/

/-- Control characters, and characters that show nothing or turn the reading direction around. -/
def isHiddenChar (ch : Char) : Bool :=
  [(0, 0x1f), (0x7f, 0x9f), (0xad, 0xad), (0x61c, 0x61c), (0x180e, 0x180e), (0x200b, 0x200f), (0x2028, 0x202e), (0x2060, 0x206f), (0xfeff, 0xfeff),
    (0xfff9, 0xfffb), (0xe0000, 0xe007f)].any fun (low, high) => low ≤ ch.toNat && ch.toNat ≤ high

/-- Names that a reader could not tell from others, or that Lean keeps for itself, are refused. -/
def nameRefused? (n : Name) : Option String :=
  if n.isAnonymous then some "the theorem has no name"
  else if n.hasMacroScopes then some "the name has macro scopes"
  else if n.components.any fun c => match c with
      | .str _ s => s.isEmpty || s.startsWith "_" || s.any isHiddenChar
      | _ => true then some "the name has an empty part, a number, a control character, an invisible character or a part that begins with `_`"
  else none

/-- What a command is to the judge. -/
inductive Part where
  /-- One plain theorem, perhaps behind `open … in` and the like, with its `theorem` syntax. -/
  | theorem (whole decl : Syntax)
  /-- Changes only how what follows is read. -/
  | scope (stx : Syntax)
  | skip
  | finish
  | refused (what : String)
  deriving Inhabited

def scopeKinds : List Name := [``Parser.Command.open, ``Parser.Command.namespace, ``Parser.Command.section, ``Parser.Command.end,
  ``Parser.Command.variable, ``Parser.Command.universe, ``Parser.Command.set_option]

def describe (stx : Syntax) : String :=
  let word := match stx.getHead? with | some (.atom _ v) => s!"`{v.trimAscii}` " | _ => ""
  s!"{word}({if stx.getKind == ``Parser.Command.declaration then stx[1].getKind else stx.getKind})"

/-- A `theorem` without modifiers. A doc comment is dropped: Lean would elaborate it. -/
def plainTheorem (stx : Syntax) : Part :=
  let modifiers := stx[0]
  if stx[1].getKind != ``Parser.Command.theorem then .refused (describe stx)
  else match modifiers.getArgs.toList.drop 1 |>.find? (!·.getArgs.isEmpty) with
    | some m => .refused s!"a modifier of a theorem: {describe m}"
    | none => let stx := stx.setArg 0 (modifiers.setArg 0 mkNullNode); .theorem stx stx[1]

/-- `section` and its kin without modifiers that change what is exported or add attributes. -/
def plainSection (stx : Syntax) : Bool :=
  !(stx.find? fun s => s.isToken "public" || s.isToken "meta" || s.isToken "@[").isSome

partial def classify (env : Environment) (stx : Syntax) : Part :=
  let kind := stx.getKind
  let clean (part : Part) : Part := match banned? env stx with | some what => .refused what | none => part
  if kind == ``Parser.Command.eoi then .finish
  else if kind == ``Parser.Command.moduleDoc then .skip
  else if scopeKinds.contains kind then
    if kind == ``Parser.Command.section && !plainSection stx then .refused (describe stx) else clean (.scope stx)
  else if kind == ``Parser.Command.in then
    if stx[0].getKind == ``Parser.Command.open || stx[0].getKind == ``Parser.Command.set_option then
      match classify env stx[2] with
      | .theorem whole decl => clean (.theorem (stx.setArg 2 whole) decl)
      | .refused what => .refused what
      | _ => .refused "`in` without a theorem"
    else .refused (describe stx[0])
  else if kind == ``Parser.Command.declaration then match plainTheorem stx with
    | .theorem whole decl => clean (.theorem whole decl)
    | part => part
  else .refused (describe stx)

end Proofdeck
