// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Capture
internal import Lifecycle
internal import Report

/// What every command that watches can be asked.
struct WatchOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Only connections of this process.", valueName: "pid"), transform: positive)
  var pid: UInt32?

  @Option(help: ArgumentHelp("Only connections of processes of this name.", valueName: "name"))
  var comm: String?

  @Option(help: ArgumentHelp("Only this local port.", valueName: "port"), transform: positive)
  var port: UInt16?

  @Option(help: ArgumentHelp("Only this remote port.", valueName: "port"), transform: positive)
  var remotePort: UInt16?

  @Option(
    help: ArgumentHelp("Only remote addresses in this block.", valueName: "addr[/len]"),
    transform: block)
  var remote: AddressBlock?

  @Option(
    help: ArgumentHelp(
      "Only this network namespace: an inode number, or a path such as /run/netns/web.",
      valueName: "netns"),
    transform: namespace)
  var netns: UInt32?

  @Option(help: ArgumentHelp("Only sockets of this family.", valueName: "4|6"), transform: family)
  var family: Filter.Family?

  @Option(help: ArgumentHelp("Stop after this time.", valueName: "seconds"), transform: seconds)
  var duration: Double?

  @Option(
    help: ArgumentHelp(
      "Room for records on their way, a power of two; more loses less where the reader starves.",
      valueName: "kib"),
    transform: ringSize)
  var ringKib: Int = 8192

  @Option(
    help: ArgumentHelp(
      "Read this kernel's types in a file, where it has no BTF of its own.", valueName: "file"),
    transform: types)
  var btf: String?

  @Flag(help: "JSON, one object a line.")
  var json = false

  @Flag(name: .shortAndLong, help: "Say what was loaded and why, with libbpf's own log.")
  var verbose = false

  var filter: Filter {
    var filter = Filter()
    filter.pid = pid
    filter.comm = comm.map { Comm($0) }
    filter.localPort = port
    filter.remotePort = remotePort
    filter.remote = remote
    filter.netns = netns
    filter.family = family
    return filter
  }

  /// What was asked for, in the words of the command line; `nil` for everything.
  var filterInWords: String? {
    var words: [String] = []
    if let pid { words.append("--pid \(pid)") }
    if let comm { words.append("--comm \(comm)") }
    if let port { words.append("--port \(port)") }
    if let remotePort { words.append("--remote-port \(remotePort)") }
    if let remote { words.append("--remote \(remote)") }
    if let netns { words.append("--netns \(netns)") }
    if let family { words.append("--family \(family == .ipv4 ? 4 : 6)") }
    return words.isEmpty ? nil : words.joined(separator: " ")
  }

  /// The part of the filter that the kernel can judge at every event.
  var capture: CaptureOptions {
    var options = CaptureOptions()
    options.onlyNetns = netns ?? 0
    options.onlyFamily = family
    options.ringSize = ringKib << 10
    options.source = (try? SourceChoice.asked()) ?? nil
    options.btf = btf
    return options
  }

  func validate() throws { _ = try SourceChoice.asked() }

  /// 0 is what the kernel says where it knows no pid or port.
  static func positive<Number: FixedWidthInteger>(_ text: String) throws -> Number {
    guard text.allSatisfy(\.isDecimalDigit), let number = Number(text), number > 0 else {
      throw ValidationError("'\(text)' is not a number from 1 to \(Number.max)")
    }
    return number
  }

  private static func block(_ text: String) throws -> AddressBlock {
    guard let block = AddressBlock(text) else {
      throw ValidationError("'\(text)' is not an address or a block such as 10.0.0.0/8")
    }
    return block
  }

  private static func ringSize(_ text: String) throws -> Int {
    guard let kib = Int(text), (4...(1 << 20)).contains(kib), kib & (kib - 1) == 0 else {
      throw ValidationError("'\(text)' is not a power of two from 4 to 1048576 KiB")
    }
    return kib
  }

  /// A file with a kernel's types.
  static func types(_ path: String) throws -> String {
    if let lack = KernelTypes.lack(in: path) { throw ValidationError(lack) }
    return path
  }

  private static func family(_ text: String) throws -> Filter.Family {
    switch text {
    case "4": return .ipv4
    case "6": return .ipv6
    default: throw ValidationError("'\(text)' is not a family: 4 or 6")
    }
  }

  static func seconds(_ text: String) throws -> Double {
    guard text.allSatisfy({ $0.isDecimalDigit || $0 == "." }), let seconds = Double(text),
      seconds < 1e9
    else {
      throw ValidationError("'\(text)' is not a number of seconds")
    }
    return seconds
  }

  private static func namespace(_ text: String) throws -> UInt32 {
    if let inode = UInt32(text), inode > 0 { return inode }
    guard text.hasPrefix("/"), let inode = NetworkNamespace.inode(at: text) else {
      throw ValidationError(
        "'\(text)' is neither the inode number of a network namespace nor a path to one")
    }
    return inode
  }
}

extension Character {
  fileprivate var isDecimalDigit: Bool { ("0"..."9").contains(self) }
}
