/-! # Main for a native Lean: requests on stdin, answers on stdout, `ready.` first

`lake env lean --run worker.lean Module …` in the project whose modules are to be imported. -/
namespace Proofdeck
open Lean

/-- A native Lean keeps the `timeout` option itself: a thread of its own sets the cancel flag when the time is over. -/
def handleWithin (table : CommandTable) (srv : Server) (line : String) (serial : IO.Ref Nat) : IO String := do
  let ms := (← srv.settings.get).timeout
  let mine ← serial.modifyGet fun n => (n + 1, n + 1)
  if ms > 0 then
    discard <| IO.asTask (prio := .dedicated) do
      IO.sleep ms.toUInt32
      if (← serial.get) == mine then srv.cancel.set
  let answer ← handle table srv line
  serial.modify (· + 1)
  return answer

partial def serveLines (table : CommandTable) (srv : Server) (input output : IO.FS.Stream) (serial : IO.Ref Nat) : IO Unit := do
  let line ← input.getLine
  -- A blank line or the end of input ends the process.
  if line.trimAscii.isEmpty then return
  output.putStrLn (← handleWithin table srv line serial)
  output.flush
  serveLines table srv input output serial

end Proofdeck

unsafe def main (args : List String) : IO Unit := do
  Lean.initSearchPath (← Lean.findSysroot)
  Lean.enableInitializersExecution
  let modules := (if args.isEmpty then ["Init"] else args).toArray
  let env ← Lean.importModules (modules.map fun m => { module := m.toName }) {} (loadExts := true)
  let srv ← Proofdeck.Server.new env
  let output ← IO.getStdout
  output.putStrLn "ready."
  output.flush
  -- What a command prints goes to stderr, so that it cannot be taken for an answer.
  discard <| IO.setStdout (← IO.getStderr)
  Proofdeck.serveLines Proofdeck.commandTable srv (← IO.getStdin) output (← IO.mkRef 0)
