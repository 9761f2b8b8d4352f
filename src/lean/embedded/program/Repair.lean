import Lean
set_option linter.all false
set_option Elab.async false

/-! ## Repairing the compiler's view of imported modules

Only the exported part of the library's `.olean` files is shipped. The entries of the code generator are in it, but the
index that maps a name to its module does not list auxiliary declarations (`List.reverse._redArg`, `..._spec_0`, ...), so
compiling ordinary code fails with "Unknown constant". Registering those entries as if they belonged to this file repairs
that. This part itself has to be written without anything that needs the repair: plain recursion, no `for`, no `++` on
lists, `set_option compiler.small 0`.

A declaration `Native.X` marked `@[extern "native"]` is resolved by the host to the compiled code of `X`. -/
namespace Repair
open Lean Compiler
set_option compiler.small 0

@[extern "native"] opaque Native.Lean.PersistentEnvExtension.getModuleEntries {α β σ : Type} [Inhabited σ]
  (e : PersistentEnvExtension α β σ) (env : Environment) (i : ModuleIdx) (l : OLeanLevel) : Array α
@[extern "native"] opaque Native.Lean.PersistentEnvExtension.addEntry {α β σ : Type}
  (e : PersistentEnvExtension α β σ) (env : Environment) (b : β) (m : EnvExtension.AsyncMode) (n : Name) : Environment := env

abbrev LcnfExt := PersistentEnvExtension LCNF.Decl LCNF.Decl LCNF.DeclExtState
def baseExt : LcnfExt := LCNF.baseExt
def monoExt : LcnfExt := LCNF.monoExt
def irExt : PersistentEnvExtension IR.Decl IR.Decl (List IR.Decl × IR.DeclMap) := IR.declMapExt

def lcnfOf (e : LcnfExt) (env : Environment) (i : ModuleIdx) : Array LCNF.Decl :=
  Native.Lean.PersistentEnvExtension.getModuleEntries e env i .exported
def irOf (env : Environment) (i : ModuleIdx) : Array IR.Decl :=
  Native.Lean.PersistentEnvExtension.getModuleEntries irExt env i .exported

partial def addLcnf (e : LcnfExt) (orig : Environment) (a : Array LCNF.Decl) (i : Nat) (env : Environment) : Environment :=
  if h : i < a.size then
    let d := a[i]
    match orig.getModuleIdxFor? d.name with
    | some _ => addLcnf e orig a (i + 1) env
    | none => addLcnf e orig a (i + 1) (Native.Lean.PersistentEnvExtension.addEntry e env d .sync .anonymous)
  else env

partial def addIr (orig : Environment) (a : Array IR.Decl) (i : Nat) (env : Environment) : Environment :=
  if h : i < a.size then
    let d := a[i]
    match orig.getModuleIdxFor? d.name with
    | some _ => addIr orig a (i + 1) env
    | none => addIr orig a (i + 1) (Native.Lean.PersistentEnvExtension.addEntry irExt env d .sync .anonymous)
  else env

partial def all (orig : Environment) (n i : Nat) (env : Environment) : Environment :=
  if i < n then
    let env := addLcnf baseExt orig (lcnfOf baseExt orig i) 0 env
    let env := addLcnf monoExt orig (lcnfOf monoExt orig i) 0 env
    all orig n (i + 1) (addIr orig (irOf orig i) 0 env)
  else env

run_cmd do
  let env ← getEnv
  setEnv (all env env.header.moduleNames.size 0 env)
end Repair
