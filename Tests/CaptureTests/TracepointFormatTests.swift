// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Capture

/// The layouts of tracepoints' records, as running kernels have told them.
struct TracepointFormatTests {
  /// 5.4: a protocol of one byte, and addresses behind it wherever they come to lie.
  private static let byte = """
    name: inet_sock_set_state
    ID: 1234
    format:
    \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
    \tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

    \tfield:const void * skaddr;\toffset:8;\tsize:8;\tsigned:0;
    \tfield:int oldstate;\toffset:16;\tsize:4;\tsigned:1;
    \tfield:int newstate;\toffset:20;\tsize:4;\tsigned:1;
    \tfield:__u16 sport;\toffset:24;\tsize:2;\tsigned:0;
    \tfield:__u16 dport;\toffset:26;\tsize:2;\tsigned:0;
    \tfield:__u16 family;\toffset:28;\tsize:2;\tsigned:0;
    \tfield:__u8 protocol;\toffset:30;\tsize:1;\tsigned:0;
    \tfield:__u8 saddr[4];\toffset:31;\tsize:4;\tsigned:0;
    \tfield:__u8 daddr[4];\toffset:35;\tsize:4;\tsigned:0;
    \tfield:__u8 saddr_v6[16];\toffset:39;\tsize:16;\tsigned:0;
    \tfield:__u8 daddr_v6[16];\toffset:55;\tsize:16;\tsigned:0;

    print fmt: "family=%s protocol=%s", REC->family, REC->protocol
    """

  /// Since 5.6, with two.
  private static let word =
    byte
    .replacing("__u8 protocol;\toffset:30;\tsize:1", with: "__u16 protocol;\toffset:30;\tsize:2")
    .replacing("offset:31", with: "offset:32").replacing("offset:35", with: "offset:36")
    .replacing("offset:39", with: "offset:40").replacing("offset:55", with: "offset:56")

  /// 4.15: tcp:tcp_set_state.
  private static let tcp = """
    \tfield:const void * skaddr;\toffset:8;\tsize:8;\tsigned:0;
    \tfield:int oldstate;\toffset:16;\tsize:4;\tsigned:1;
    \tfield:int newstate;\toffset:20;\tsize:4;\tsigned:1;
    \tfield:__u16 sport;\toffset:24;\tsize:2;\tsigned:0;
    \tfield:__u16 dport;\toffset:26;\tsize:2;\tsigned:0;
    \tfield:__u8 saddr[4];\toffset:28;\tsize:4;\tsigned:0;
    \tfield:__u8 daddr[4];\toffset:32;\tsize:4;\tsigned:0;
    \tfield:__u8 saddr_v6[16];\toffset:36;\tsize:16;\tsigned:0;
    \tfield:__u8 daddr_v6[16];\toffset:52;\tsize:16;\tsigned:0;
    """

  private func program(_ text: String, _ layouts: [TracepointLayout]) -> String? {
    let format = TracepointFormat(text)
    return layouts.first { $0.difference(from: format) == nil }?.program
  }

  @Test func eachLayoutHasItsProgram() {
    #expect(program(Self.byte, TracepointLayout.socketState) == "synfin_state_u8")
    #expect(program(Self.word, TracepointLayout.socketState) == "synfin_state_u16")
    #expect(program(Self.tcp, TracepointLayout.tcpState) == "synfin_state_tcp")
    #expect(program(Self.tcp, TracepointLayout.socketState) == nil)
  }

  /// A field that has moved by a byte, has another size, or is gone: it is refused, and not misread.
  @Test func whatDiffersIsRefused() {
    for field in ["skaddr", "oldstate", "newstate", "sport", "dport", "saddr", "daddr", "family"] {
      var format = TracepointFormat(Self.word)
      let place = format.fields[field] ?? .init(offset: 0, size: 0)
      for other in [
        TracepointFormat.Place(offset: place.offset + 1, size: place.size),
        TracepointFormat.Place(offset: place.offset, size: place.size * 2), nil,
      ] {
        var fields = format.fields
        fields[field] = other
        format = TracepointFormat(fields: fields)
        for layout in TracepointLayout.socketState {
          #expect(
            layout.difference(from: format)?.contains(field) == true
              || layout.program.hasSuffix("u8"))
        }
      }
    }
  }

  /// Before it had a state, a sent reset was always a connection's or a listener's.
  @Test func stateOfAResetDecides() {
    let old = """
      \tfield:const void * skbaddr;\toffset:8;\tsize:8;\tsigned:0;
      \tfield:const void * skaddr;\toffset:16;\tsize:8;\tsigned:0;
      \tfield:__u16 sport;\toffset:24;\tsize:2;\tsigned:0;
      """
    let new = old.replacing(
      "__u16 sport;\toffset:24;\tsize:2", with: "int state;\toffset:24;\tsize:4")
    let moved = new.replacing("offset:24", with: "offset:28")
    #expect(program(old, TracepointLayout.sendReset) == "synfin_rst_out")
    #expect(program(new, TracepointLayout.sendReset) == "synfin_rst_out_state")
    #expect(program(moved, TracepointLayout.sendReset) == nil)
  }

  /// Names of tasks became of any length in 6.16, and what stands behind them moved.
  @Test func forksHaveTwoLayouts() {
    let old = """
      \tfield:char parent_comm[16];\toffset:8;\tsize:16;\tsigned:0;
      \tfield:pid_t parent_pid;\toffset:24;\tsize:4;\tsigned:1;
      \tfield:char child_comm[16];\toffset:28;\tsize:16;\tsigned:0;
      \tfield:pid_t child_pid;\toffset:44;\tsize:4;\tsigned:1;
      """
    let new = """
      \tfield:__data_loc char[] parent_comm;\toffset:8;\tsize:4;\tsigned:0;
      \tfield:pid_t parent_pid;\toffset:12;\tsize:4;\tsigned:1;
      \tfield:__data_loc char[] child_comm;\toffset:16;\tsize:4;\tsigned:0;
      \tfield:pid_t child_pid;\toffset:20;\tsize:4;\tsigned:1;
      """
    #expect(program(old, TracepointLayout.fork) == "synfin_fork")
    #expect(program(new, TracepointLayout.fork) == "synfin_fork_loc")
  }

  /// What is no format has no fields, and so no layout.
  @Test(arguments: [
    "", "field:", "\tfield:int x;\toffset:;\tsize:4;", "offset:8;size:8;", ";;;:::",
  ])
  func anyTextIsTaken(_ text: String) {
    #expect(TracepointFormat(text).fields.isEmpty)
  }
}
