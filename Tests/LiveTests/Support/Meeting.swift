// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What holds of the two ends of every established connection that this process made, whatever
/// became of it: who owned it, what was counted, and that the two ends agree.
///
/// - Parameters:
///   - sent: payload bytes from the client to the server, and `received` the other way; `nil` where
///     the end of a stream was cut off, so that the two need not agree.
func expectMeeting(
  _ client: End, _ server: End, sent: Int? = 0, received: Int? = 0,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  func expect(_ isSo: Bool, _ what: Comment) {
    #expect(isSo, "\(what): \(client), \(server)", sourceLocation: sourceLocation)
  }
  expect(client.id != server.id, "an end has its own id")
  expect(client.local == server.remote && client.remote == server.local, "addresses cross")
  expect(client.netns == Namespace.inode && server.netns == Namespace.inode, "namespace")

  expect(client.owner?.pid == ownPID && client.owner?.from == "connect", "the client's owner")
  expect(server.owner == nil || server.owner?.pid == ownPID, "the server's owner")
  for end in [client, server] {
    expect(end.closer == nil || end.closer?.pid == ownPID, "the closer")
    expect(end.closer?.exiting != true && end.closer?.killed != true, "nobody has exited")
    expect(end.killer == nil, "nobody was an administrator")
    expect(end.uid == Int(getuid()), "uid")
  }

  expect(client.isnLocal != nil && client.isnLocal == server.isnRemote, "initial numbers")
  expect(client.isnRemote != nil && client.isnRemote == server.isnLocal, "initial numbers")
  if let sent { expect(client.bytesSent == sent && server.bytesReceived == sent, "bytes sent") }
  if let received {
    expect(client.bytesReceived == received && server.bytesSent == received, "bytes received")
  }

  expect(client.connectUs != nil && server.connectUs == nil, "the time of connect")
  expect(client.synRetrans == 0 && client.synackRetrans == nil, "the client's SYN")
  expect(server.synRetrans == nil && server.synackRetrans == 0, "the server's SYN-ACK")
  for end in [client, server] {
    let isKnown = end.handshakeRttUs != nil
    expect(isKnown == (end.handshakeRttUnknown == nil), "a round trip, or why not")
    let times = end.states.map(\.at)
    expect(times == times.sorted(), "states in order")
    expect(times.first == end.openedUs, "the first is the open")
    // A mini socket may go on after the socket.
    expect(times.suffix(2).contains(end.closedUs ?? 0), "the close is among the last")
  }
}
