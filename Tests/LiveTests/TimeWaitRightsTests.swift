// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// `synfin timewait` with less than root has: it asks what anybody may.
  @Suite struct TimeWaitRightsTests {
    @Test func ofNobody() throws {
      try Namespace.within { inode in
        let listener = try Socket.listening()
        for _ in 0..<7 { try Churn.leave(at: listener, serverFirst: true) }
        let program = try Program()
        let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        let command = nobody + [program.path, "timewait"]
        let end = try Child(command + ["--json", "--netns", "\(inode)"]).wait()
        #expect(end.status == 0, "\(end.stderr)")
        let census = try #require(try objects("timewait", in: end.stdout, as: Census.self).first)
        let space = try census.space(inode)
        #expect(space.timeWait == 7 && space.drift == 0)
        #expect(space.port(listener.localPort)?.timeWait == 7)
        // To follow them is another matter.
        let follow = try Child(command + ["--duration", "1"]).wait()
        #expect(follow.status == 77 && follow.stdout.isEmpty)
        #expect(follow.stderr.contains("CAP_BPF"))
      }
    }

    /// It may enter the networks of its children, and could not come back to its own, its parent's.
    @Test func inAUserNamespace() throws {
      let user = ["unshare", "-Ur"]
      // Where nobody may have one, there is nothing to test.
      guard try Child(user + ["true"]).wait().status == 0 else { return }
      let script = """
        unshare -n sleep 60 & child=$!
        own=$(readlink /proc/self/ns/net)
        while [ "$(readlink /proc/$child/ns/net)" = "$own" ]; do :; done
        "$@"; status=$?; kill -9 $child; exit $status
        """
      let program = try Program()
      let command = ["bash", "-c", script, "bash", program.path, "timewait", "--json"]
      let end = try Child(user + command).wait()
      #expect(end.status == 0, "\(end.stderr)")
      let census = try #require(try objects("timewait", in: end.stdout, as: Census.self).first)
      #expect(census.namespaces.map(\.netns) == [Namespace.inode])
      #expect(end.stderr.contains("could not be entered"))
    }
  }
}
