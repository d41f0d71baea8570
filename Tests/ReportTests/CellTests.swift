// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import Testing

@testable import Report

/// What does not fit into its cell is cut where it hurts least, and a number never loses a digit.
struct CellTests {
  @Test(arguments: Table.widths)
  func longAddressesKeepTheirPort(_ width: Int) throws {
    let end = try Story.longest.end()
    let table = Table.connections(width: width, [end])
    let remote = try #require(table.rows.first.flatMap { table.cells($0)["REMOTE"] })
    if width == 300 {
      #expect(remote == "[2001:db8:1111:2222:3333:4444:5555:6666]:65534")
    } else if remote.count == 21 {
      #expect(remote == "[2001:db8:11..]:65534")
    } else {
      #expect(remote.hasSuffix("]:65534"))
    }
  }

  @Test func shortPortLeavesMoreOfTheAddress() {
    let address = Address(high: 0x2001_0db8_1111_2222, low: 0x3333_4444_5555_6666)
    #expect(written { $0.cell(21, address, port: 1) } == "[2001:db8:1111:2..]:1")
    // What fits to the last column is whole.
    #expect(written { $0.cell(21, Address(v4: .max), port: 65_535) } == "255.255.255.255:65535")
  }

  @Test(arguments: Table.widths)
  func pidIsWhole(_ width: Int) throws {
    let end = try Story.longest.end()
    let table = Table.connections(width: width, [end])
    let process = try #require(table.rows.first.flatMap { table.cells($0)["PROCESS"] })
    #expect(process.hasSuffix("/4194304"))
    #expect("fifteen-letters/4194304".hasPrefix(process.split(separator: "/")[0]))
    let transitions = Table.transitions(width: width, Story.longest.records)
    for row in transitions.rows {
      #expect(transitions.cells(row)["PROCESS"]?.hasSuffix("/4194304") == true)
    }
  }

  @Test func commIsCutAndPidIsNot() {
    let process = Process(pid: 4_194_304, comm: Comm("fifteen-letters"))
    #expect(written { $0.cell(11, process) } == "fif/4194304")
    #expect(written { $0.cell(13, process) } == "fifte/4194304")
    #expect(written { $0.cell(23, process) } == "fifteen-letters/4194304")
    #expect(written { $0.cell(13, Process(pid: 1, comm: Comm("init"))) } == "init/1       ")
    #expect(written { $0.cell(11, Process.none) } == "?          ")
  }

  /// A process may call itself anything; no terminal may be spoken to that way.
  @Test(arguments: [
    Array("\u{1b}[31m\u{7}\u{8}".utf8), [1, 9, 10, 13, 27, 31, 127], [0x9b, 0x33, 0x31, 0x6d],
    [0xff, 0xc3, 0x28], Array("é🦀".utf8), Array("a b".utf8),
  ])
  func controlCharactersDoNotReachTheTerminal(_ name: [UInt8]) throws {
    var story = Story()
    let task = Process(pid: 7, comm: Comm(bytes: name))
    story.connect(task: task)
    story.establish()
    story.closeFirst(task: task)
    let end = try story.end()
    for width in Table.widths {
      let connections = Table.connections(width: width, [end])
      let transitions = Table.transitions(width: width, story.records)
      #expect(connections.rows.count == 1)
      #expect(transitions.rows.count == 5)
      let bytes = Array((connections.text + transitions.text).utf8)
      #expect(bytes.filter { $0 != 10 && !(32..<127).contains($0) } == [])
      let row = try #require(connections.rows.first)
      let process = try #require(connections.cells(row)["PROCESS"])
      #expect(process.hasSuffix("/7"))
      #expect(process.utf8.count == name.count + 2, "a byte is a column")
    }
  }

  /// The tenth retransmission of a SYN is not the first.
  @Test(
    arguments: [
      (1_040_000_000, 1), (67_000_000_000, 6), (59_900_000_000, 10), (130_000_000_000, 12),
      // The kernel's first timeout may be set below a second (BPF, `tcp_rto_min_us`).
      (12_300_000, 1),
    ] as [(UInt64, UInt32)])
  func retransmissionsOfTheHandshakeAreWhole(_ taken: UInt64, _ count: UInt32) throws {
    var story = Story()
    story.connect()
    story.establish(after: taken, retrans: count)
    let end = try story.end()
    let table = Table.connections(width: 80, [end])
    let open = try #require(table.rows.first.flatMap { table.cells($0)["OPEN"] })
    #expect(open.hasSuffix("+\(count)"))
  }

  /// A number without its last digit is another number.
  @Test(arguments: [1, 9_999_999, 10_000_000, 1_234_567_890] as [UInt64])
  func idsAreWhole(_ id: UInt64) throws {
    var end = try Story.whole.end()
    end.connection.id = id
    let table = Table.connections(width: 300, [end])
    #expect(table.rows.first.flatMap { table.cells($0)["ID"] } == "\(id)")
  }

  @Test(arguments: [0, 999_999, 1_000_000, .max] as [UInt32])
  func retransmissionsAreNoOtherNumber(_ count: UInt32) throws {
    var end = try Story.whole.end()
    end.verdict.retrans = count
    let table = Table.connections(width: 300, [end])
    let shown = try #require(table.rows.first.flatMap { table.cells($0)["RETRAN"] })
    // What is too long may be told otherwise, such as in millions, but not as another number.
    #expect(shown == "\(count)" || UInt32(shown) == nil)
  }
}
