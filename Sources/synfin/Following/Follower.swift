// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Capture
internal import Lifecycle
internal import Report

/// A command that follows what happens, wherever it is told from.
protocol Follower {
  var source: SourceOptions { get }
  /// How many times as fast as it was recorded a recording is replayed, if that is not asked; `nil` for as
  /// fast as it goes.
  var usualSpeed: Double? { get }
  var options: WatchOptions { get }
  func follow(_ source: consuming some RecordSource & ~Copyable) throws
}

extension Follower {
  var usualSpeed: Double? { nil }

  /// Follows this host, or a recording.
  ///
  /// - Parameter capture: what is asked of this host's kernel.
  func follow(_ capture: CaptureOptions) throws {
    if let path = source.replay {
      try follow(try Replay(path, speed: source.speed ?? usualSpeed))
    } else {
      if options.filter.pid != nil, Host.look().isInitialPIDNamespace == false {
        Diagnostics.write(
          "--pid is the host's number of a process; those of this container have another there than here"
        )
      }
      let live = try LiveSource.attach(capture, isVerbose: options.verbose)
      if let path = source.record {
        try follow(try RecordingSource(live, to: path))
      } else {
        try follow(live)
      }
    }
  }
}

extension LiveSource {
  /// Attaches to the kernel, or says why not.
  static func attach(_ options: CaptureOptions, isVerbose: Bool) throws -> LiveSource {
    var options = options
    options.source = try options.source ?? SourceChoice.asked()
    do throws(Refusal) {
      return try LiveSource(options)
    } catch {
      throw Diagnostics.explain(error, isVerbose: isVerbose)
    }
  }
}

extension RecordingSource {
  init(_ live: consuming LiveSource, to path: String, rotating rotation: Rotation = Rotation())
    throws
  {
    try self.init(live, to: path, rotation: rotation, program: "synfin \(Synfin.version)")
    if let aside { Diagnostics.write("\(path) was there, and is now \(aside)") }
  }
}

extension LocalTime {
  /// The time on the wall where the records were made.
  init(_ origin: Origin) {
    self.init(offsetToEpoch: origin.offsetToEpoch, utcOffset: origin.utcOffset)
  }
}
