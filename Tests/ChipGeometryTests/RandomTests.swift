import ChipGeometry
import Foundation
import TestSupport
import Testing

@Suite struct RandomTests {
  @Test("Streams of other names and seeds are different, of the same equal")
  func streams() {
    var a = RandomStream(seed: 1, name: "a")
    var again = RandomStream(seed: 1, name: "a")
    var b = RandomStream(seed: 1, name: "b")
    let first = (0..<100).map { _ in a.next() }
    #expect(first == (0..<100).map { _ in again.next() })
    #expect(first != (0..<100).map { _ in b.next() })
  }

  @Test("Exponential and logarithm agree with the system's to 2 units in the last place")
  func elementary() {
    var random = RandomStream(seed: 7, name: "elementary")
    for _ in 0..<20_000 {
      let x = (random.uniform() - 0.5) * 80
      let e = ElementaryFunctions.exp(x)
      #expect((e - Foundation.exp(x)).magnitude <= 2 * e.ulp)
      let y = Foundation.exp((random.uniform() - 0.5) * 200)
      let l = ElementaryFunctions.log(y)
      #expect((l - Foundation.log(y)).magnitude <= 2 * Swift.max(l.ulp, 0x1p-54))
    }
    #expect(ElementaryFunctions.log(0) == -.infinity)
    #expect(ElementaryFunctions.log(-1).isNaN)
    #expect(ElementaryFunctions.exp(-800) == 0)
  }

  @Test("Normal quantiles agree with scipy")
  func quantiles() {
    // python3 -c 'from scipy.stats import norm
    // for p in (1e-12, 1e-3, .02, .2, .5, .7, .99): print(p, repr(norm.ppf(p)))'
    let expected: [(Double, Double)] = [
      (1e-12, -7.034483825301131), (1e-3, -3.090232306167813),
      (0.02, -2.053748910631823), (0.2, -0.8416212335729142), (0.5, 0),
      (0.7, 0.5244005127080407), (0.99, 2.3263478740408408),
    ]
    for (p, z) in expected {
      #expect((NormalDistribution.quantile(p) - z).magnitude <= 1e-12 * Swift.max(1, z.magnitude))
    }
  }

  @Test("SHA-256 agrees with the standard's examples")
  func sha256() {
    #expect(
      SHA256.hexDigest("abc".utf8)
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      SHA256.hexDigest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
  }

  @Test("SHA-256 does not depend on how the message is cut")
  func sha256Pieces() {
    let message = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    // From Python: hashlib.sha256(bytes(i * 7 & 255 for i in range(1000))).hexdigest()
    let expected = "89f4ff56a25dd1db06a4ce6033603775d705fb96f30f8693733fef602a1ca532"
    for size in [1, 3, 55, 56, 63, 64, 65, 127, 128, 1000] {
      var hash = SHA256()
      for start in stride(from: 0, to: message.count, by: size) {
        hash.update(message[start..<min(start + size, message.count)])
      }
      #expect(hash.hexDigest() == expected, "pieces of \(size)")
    }
  }
}
