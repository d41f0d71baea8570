// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc

/// Runs a program of this package as root, and ends with what it comes to.
///
/// - Parameters:
///   - name: of the program, for what it says.
///   - why: why it must be root.
package func runAsRoot(
  _ name: String, because why: String, _ body: () throws(Trouble) -> Int32
) -> Never {
  guard geteuid() == 0 else {
    note("\(name): must be root, \(why)")
    exit(77)
  }
  let status: Int32
  do throws(Trouble) {
    status = try body()
  } catch {
    switch error {
    case .interrupted:
      note("\(name): interrupted")
      status = 130
    case .failed(let why):
      note("\(name): \(why)")
      status = 1
    }
  }
  exit(status)
}
