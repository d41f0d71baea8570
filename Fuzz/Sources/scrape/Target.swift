// SPDX-License-Identifier: Apache-2.0
import CFuzzer
import Glibc

/// The target of the fuzzer: bytes as a scraper sends them, and what people and their tools write where an address
/// or what they accept is read.
@main
enum Target {
  static func main() {
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? =
      unsafe CommandLine.unsafeArgv
    exit(unsafe LLVMFuzzerRunDriver(&count, &arguments, take))
  }

  private static let take: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt = { start, count in
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    Words.read(bytes)
    Conversation(bytes).run()
    return 0
  }
}
