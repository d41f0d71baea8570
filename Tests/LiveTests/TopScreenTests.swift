// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// `synfin top` on a terminal: what is seen, what keys do, and how the terminal is left.
  @Suite(.enabled(if: Tmux.isThere, "there is no tmux"))
  struct TopScreenTests {
    /// A prime number of connections, and another of those that are refused.
    @Test func showsWhatIsMade() throws {
      try Namespace.within { inode in
        let terminal = try Tmux(width: 120, height: 40, synfin: "top", "--netns", "\(inode)")
        try terminal.line(beginning: "synfin top ")
        let listener = try Socket.listening()
        let nobody = try Socket.freePort()
        try makeOrderly(23, to: listener)
        for _ in 0..<7 {
          let client = try Socket()
          #expect(throws: Socket.Failure.self) { try client.connect(.loopback, port: nobody) }
        }
        let pairs = try (0..<5).map { _ in
          (client: try Socket.connected(to: listener), server: try listener.accept())
        }
        // One end of each of three is left in CLOSE_WAIT, the server's.
        for pair in pairs.prefix(3) { pair.client.close() }
        let port = listener.localPort
        let row = try terminal.line("5 that are open, of 28") {
          $0.hasPrefix("< \(port) ") && words($0)[2] == "5" && words($0)[8] == "3"
        }
        #expect(words(row)[6] == "0")
        #expect(words(try terminal.line(beginning: "> \(nobody) "))[6] == "7")
        try terminal.type("/", "\(port)", "Enter")
        try terminal.line("both ends of 28") { $0.hasPrefix("opened 28: ") }
        try terminal.line("how they were closed") { $0.hasPrefix("closed 23: ") }
        try terminal.type("q")
        try terminal.expectRestored()
        for pair in pairs {
          pair.client.close()
          pair.server.close()
        }
      }
    }

    @Test func keys() throws {
      let listener = try Socket.listening()
      let pair = (client: try Socket.connected(to: listener), server: try listener.accept())
      let terminal = try Tmux(synfin: "top", "--port", "\(listener.localPort)")
      try terminal.line(beginning: "PORT ")
      try terminal.type("Tab")
      try terminal.line(beginning: "PROCESS ")
      try terminal.line("this process") { $0.contains("/\(ownPID) ") }
      try terminal.type("?")
      try terminal.line(beginning: "tab, p ")
      try terminal.type("x")
      try terminal.line(beginning: "PROCESS ")
      try terminal.type("/", "nobody", "Enter")
      try terminal.line(beginning: "none that fits")
      try terminal.type("Escape")
      try terminal.line("this process again") { $0.contains("/\(ownPID) ") }
      try terminal.type("Right", "Right")
      try terminal.line("the third column") { $0.contains("sort: P50") }
      try terminal.type("Space")
      try terminal.line(beginning: "PAUSED ")
      let second = try Socket.connected(to: listener)
      let accepted = try listener.accept()
      // Counted, and not shown.
      usleep(1_500_000)
      #expect(try terminal.lines().contains { $0.hasPrefix("1 open, ") })
      try terminal.type("Space")
      try terminal.line(beginning: "2 open, ")
      try terminal.type("q")
      let (status, left) = try terminal.expectRestored()
      #expect(status == 0)
      #expect(left.count { $0.hasPrefix("synfin: attached") } == 1)
      #expect(left.count { $0.hasPrefix("synfin: summary") } == 1)
      for socket in [pair.client, pair.server, second, accepted] { socket.close() }
    }

    /// Without a word it is the same.
    @Test func bareCommand() throws {
      let terminal = try Tmux()
      try terminal.line(beginning: "synfin top ")
      try terminal.type("q")
      #expect(try terminal.expectRestored().status == 0)
    }

    @Test func sizes() throws {
      let terminal = try Tmux(synfin: "top")
      #expect(try !terminal.line(beginning: "PORT ").contains("CLOSED"))
      try terminal.resize(120, 40)
      try terminal.line("a wider table") { $0.hasPrefix("PORT ") && $0.contains("CLOSED") }
      try waitUntil("a longer screen") { try terminal.lines()[39].hasPrefix("q quit") }
      try terminal.resize(80, 10)
      try waitUntil("a smaller screen") { try terminal.lines()[9].hasPrefix("q quit") }
      #expect(try !terminal.line(beginning: "PORT ").contains("CLOSED"))
      #expect(try terminal.lines()[0].hasPrefix("synfin top "))
      try terminal.resize(80, 24)
      try waitUntil("the first size") { try terminal.lines()[23].hasPrefix("q quit") }
      try terminal.type("q")
      try terminal.expectRestored()
    }

    /// Whatever ends it, SIGKILL aside, which leaves no moment for that.
    @Test(arguments: [SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGSEGV, SIGABRT, SIGILL])
    func restoresTheTerminal(_ signal: CInt) throws {
      let terminal = try Tmux(synfin: "top")
      try terminal.line(beginning: "PORT ")
      let during = try terminal.state()
      #expect(during.isAlternate && !during.hasCursor)
      kill(try terminal.pid(), signal)
      let isOrderly = [SIGTERM, SIGINT, SIGHUP].contains(signal)
      let (status, left) = try terminal.expectRestored()
      #expect(status == (isOrderly ? 0 : 128 + Int(signal)))
      #expect(left.contains { $0.hasPrefix("synfin: summary") } == isOrderly)
    }

    @Test func interruptKey() throws {
      let terminal = try Tmux(synfin: "top")
      try terminal.line(beginning: "PORT ")
      try terminal.type("C-c")
      #expect(try terminal.expectRestored().status == 0)
    }

    @Test func duration() throws {
      let terminal = try Tmux(synfin: "top", "--duration", "1")
      #expect(try terminal.expectRestored().status == 0)
    }

    /// Ctrl-Z gives the terminal back, and fg takes it again.
    @Test func suspending() throws {
      let terminal = try Tmux { _ in ["bash", "--norc", "--noprofile", "-i"] }
      try terminal.type("PS1='> '; clear; \(Product.word) top", "Enter")
      try terminal.line(beginning: "PORT ")
      try terminal.type("C-z")
      try terminal.line("a stopped job") { $0.contains("Stopped") }
      let stopped = try terminal.state()
      #expect(!stopped.isAlternate && stopped.hasCursor)
      try terminal.type("stty -a | tr -d '\\n' | grep -o ' icanon.* echo '; echo seen", "Enter")
      try terminal.line("a sane terminal") { $0.contains(" icanon") && !$0.contains("grep") }
      try terminal.type("fg", "Enter")
      try terminal.line(beginning: "PORT ")
      #expect(try terminal.state().isAlternate)
      try terminal.type("q")
      try terminal.line("the summary") { $0.hasPrefix("synfin: summary") }
      #expect(try !terminal.state().isAlternate)
    }

    /// Neither colours nor a cursor that moves, where they are not wanted.
    @Test(arguments: ["NO_COLOR=1", "TERM=dumb"])
    func plain(_ setting: String) throws {
      let terminal = try Tmux(
        environment: setting, synfin: "top", "--duration", "0.5", "--port", "1")
      let (status, left) = try terminal.expectRestored()
      #expect(status == 0)
      #expect(left.contains { $0.hasPrefix("synfin top ") })
      #expect(left.contains { $0.hasPrefix("synfin: summary") })
    }

    private func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }
  }
}
