// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Capture
internal import Lifecycle
internal import Report
internal import Tour

struct TourCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tour",
    abstract: "A handful of known connections on loopback, and what is told of them.",
    discussion: """
      Makes each connection, traces it like any other, and shows what the kernel said at both ends \
      and what synfin makes of it. Where the two contradict what the connection really did, it says \
      so, and the exit status is 1. It leaves nothing behind but TIME_WAITs, for a minute.
      """)

  @Flag(name: .shortAndLong, help: "Say what was loaded and why, with libbpf's own log.")
  var verbose = false

  func run() throws {
    let output = Output()
    var options = CaptureOptions()
    options.tiers.remove(.scans)
    var stage = Stage(
      try LiveSource.attach(options, isVerbose: verbose), isVerbose: verbose)
    var contradictions = 0
    do {
      for (index, scene) in Scene.all.enumerated() {
        let (story, ports) = try stage.play(scene)
        var text = Text()
        scene.tell(story, number: index + 1, into: &text)
        if scene.client.endsIn == .timeWait || scene.server?.endsIn == .timeWait {
          contradictions += witness(scene, ports, into: &text)
        }
        text.append("\n")
        contradictions += scene.contradictions(in: story).count
        try output.write(&text)
      }
    } catch Output.Failure.closed {
      return
    } catch let code as ExitCode {
      stage.end()
      throw code
    }
    stage.end()
    if contradictions > 0 {
      Diagnostics.write("the kernel contradicted the tour \(contradictions) times")
      throw ExitCode(ExitStatus.failed)
    }
  }

  /// Asks the kernel's own table for the TIME_WAIT that must be there now.
  private func witness(_ scene: Scene, _ ports: Scene.Ports, into text: inout Text) -> Int {
    let isClients = scene.client.endsIn == .timeWait
    let local = isClients ? ports.client : ports.server
    let remote = isClients ? ports.server : ports.client
    let isThere = SocketTable.hasTimeWait(local: local, remote: remote)
    text.append("   /proc/net/tcp  \(local) > \(remote) ")
    text.append(isThere ? "TIME_WAIT\n" : "is not in TIME_WAIT: CONTRADICTION\n")
    return isThere ? 0 : 1
  }
}

/// Where scenes are played.
private struct Stage: ~Copyable {
  private var session: Session<LiveSource>

  /// Loopback takes microseconds; a host under load, or in emulation, may take its time.
  private static let patience: UInt64 = 5_000_000_000

  init(_ source: consuming LiveSource, isVerbose: Bool) {
    session = Session(source)
    var nobody = Story(Scene.Ports(client: 0, server: 0))
    session.begin(isVerbose: isVerbose, into: &nobody)
  }

  mutating func play(_ scene: Scene) throws -> (Story, Scene.Ports) {
    let ports = try scene.play()
    // Its records have waited in the ring.
    var story = Story(ports)
    let deadline = session.now() + Self.patience
    while session.now() < deadline {
      // The ends are told when it is settled that nothing more can change them.
      let readAt = session.now()
      session.drain(into: &story)
      session.settle(readAt: readAt, into: &story)
      if story.client != nil, story.server != nil || scene.server == nil { break }
      if try session.wait(until: deadline) == .signal { throw ExitCode(0) }
    }
    return (story, ports)
  }

  mutating func end() {
    var rest = Story(Scene.Ports(client: 0, server: 0))
    _ = session.stop()
    Diagnostics.write("summary \(session.finish(into: &rest).sentence)")
  }
}
