// SPDX-License-Identifier: Apache-2.0
internal import Glibc

// In a guest: `traffic` makes the connections that are there before a tracer, and says so; at a line it
// makes all others, and says so; at another it ends. What goes on between tells the numbers of each.
// `traffic accept DESCRIPTOR COUNT` is the process that accepts for another.

let words = CommandLine.arguments.dropFirst()
if words.first == "accept", let listener = CInt(words[2]), let count = Int(words[3]) {
  try accept(count, from: listener)
  exit(0)
}

let before = try Before()
tell("{\"pid\":\(getpid()),\"comm\":\"traffic\"}")
_ = readLine()
let all = plays() + [before.play]
for play in all {
  let deed = try play.make(play.count)
  let acceptor = deed.acceptor.map { "\($0)" } ?? "null"
  tell(
    "{\"play\":\"\(play.name)\",\"port\":\(deed.port),\"count\":\(play.count),"
      + "\"late\":\(deed.late),\"acceptor\":\(acceptor)}")
}
tell("{\"done\":true}")
_ = readLine()
withExtendedLifetime(all) {}
