extension RemoteServer {
  /// Commands of our prompt that leave the program where it is.
  private static let allowed = [
    "backtrace", "catch", "delete", "disable", "disassemble", "enable", "info", "list", "print",
    "x",
  ]

  private static let help = """
    monitor events [N]     the last events of the chip
    monitor time           instruction, cycle and chip time
    monitor state          hash of the whole state
    monitor catch EVENT    stop at an event: \(EventPattern.syntax)
    monitor delete N       forget it
    monitor print v8 e16 q15, x, info, disassemble, list, backtrace: as at ranvier's own prompt

    """

  /// Does a `monitor` command, given in hexadecimal.
  ///
  /// - Returns: its text, in hexadecimal.
  func monitor(_ hex: Substring) -> String {
    guard let bytes = Hex.bytes(Array(hex.utf8)) else { return "E01" }
    let line = String(decoding: bytes, as: UTF8.self)
    let word = String(line.prefix { $0 != " " && $0 != "/" })
    let text: String
    if ["events", "time", "state"].contains(word) {
      text = console.execute("info " + line)
    } else if word.isEmpty || word == "help" {
      text = Self.help
    } else if let command = try? ConsoleCommand.named(word), Self.allowed.contains(command.name) {
      text = console.execute(line)
    } else {
      text = "error: no monitor command '\(word)'; monitor help lists all\n"
    }
    return text.isEmpty ? "OK" : Hex.text(text.utf8)
  }
}
