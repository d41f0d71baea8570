// SPDX-License-Identifier: Apache-2.0
import CFuzzer
import Glibc

/// The target of the fuzzer: a recording, or a script of which one is made, through the whole of a command
/// that replays it.
@main
enum Target {
  static func main() {
    Stage.silence()
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? =
      unsafe CommandLine.unsafeArgv
    exit(unsafe LLVMFuzzerRunDriver(&count, &arguments, take))
  }

  private static let take: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt = { start, count in
    unsafe replay(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
  }

  private static func replay(_ bytes: [UInt8]) {
    do {
      if bytes.starts(with: Recording.magic) {
        Stage.file.fill(Recording.repaired(bytes))
      } else {
        try Script(bytes).write(Stage.path)
      }
    } catch {
      return
    }
    let views = unsafe Stage.commands
    if Stage.hasAllViews {
      for view in views { show(view) }
    } else {
      show(views[Int(bytes.last ?? 0) % views.count])
    }
  }

  private static func show(_ view: () throws -> Void) {
    do {
      try view()
    } catch {
      // A sentence, as for anybody who gives synfin such a file.
      _ = "\(error)"
    }
    Stage.letSignalsIn()
  }
}
