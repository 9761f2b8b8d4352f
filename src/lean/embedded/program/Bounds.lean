/-! # Bounds: input that would exhaust the process is refused before it is read

Lean's readers recurse. Where they cannot stop themselves, the host ends the process and all states with it. Loops over characters
are interpreted here (2 µs each), so what is compiled (`splitOn`) decides first whether a closer look is needed. -/
namespace Proofdeck

def maxTextBytes : Nat := 200000
def maxBracketDepth : Nat := 1000
def maxExponentDigits : Nat := 4

def countOf (text part : String) : Nat := (text.splitOn part).length - 1

/-- Depth of brackets in a text, whatever they mean. -/
def bracketDepth (text : String) : Nat :=
  (text.foldl (init := (0, 0)) fun (depth, most) c =>
    if c == '(' || c == '[' || c == '{' || c == '⟨' then (depth + 1, max most (depth + 1))
    else if c == ')' || c == ']' || c == '}' || c == '⟩' then (depth - 1, most)
    else (depth, most)).2

/-- Why a text is not even handed to the parser. -/
def unreadable? (text : String) : Option String :=
  if text.utf8ByteSize > maxTextBytes then some s!"the text has {text.utf8ByteSize} bytes; at most {maxTextBytes} are read"
  else if text.utf8ByteSize > maxBracketDepth && ["(", "[", "{", "⟨"].any (fun b => countOf text b > maxBracketDepth / 4)
      && bracketDepth text > maxBracketDepth then
    some s!"brackets are nested deeper than {maxBracketDepth}"
  else none

/-- JSON in which a number outside strings has an exponent that nobody means; reading it would compute the power. -/
def hasHugeNumber (json : String) : Bool :=
  let longDigits (part : String) : Bool :=
    let digits := if part.startsWith "+" then part.drop 1 |>.toString else part
    digits.length > maxExponentDigits && (digits.take (maxExponentDigits + 1)).toString.all Char.isDigit
  let suspicious := (json.splitOn "e").any longDigits || (json.splitOn "E").any longDigits
  suspicious && Id.run do
    let mut inString := false
    let mut escaped := false
    let mut outside := ""
    for c in json.toList do
      if escaped then escaped := false
      else if inString && c == '\\' then escaped := true
      else if c == '"' then inString := !inString
      else if !inString then outside := outside.push c
    return (outside.splitOn "e").any longDigits || (outside.splitOn "E").any longDigits

end Proofdeck
