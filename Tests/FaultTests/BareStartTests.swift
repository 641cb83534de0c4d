#if os(Linux)
  import TestSupport
  import Testing

  /// Programs that are started with less than they are used to.
  @Suite struct BareStartTests {
    /// No descriptor but those of the standard streams: the command line is what it was.
    @Test(.enabled(if: programsStandAlone, "the loader of these programs needs a descriptor"))
    func noFreeDescriptor() throws {
      for program in Program.all {
        let usual = try Fixtures.run(program.command, input: program.input)
        let bare = try Fixtures.run("ulimit -n 3; exec \(program.command)", input: program.input)
        if program.command.contains(" -m ") || program.command.contains(" --labels ") {
          // Files cannot be opened then.
          #expect(
            bare.isFailure(of: program.name, saying: "too many open files"),
            "\(program): \(bare.status) \(bare.errors)")
        } else {
          #expect(bare == usual, "\(program): \(bare.errors)")
        }
      }
      let wrong = try Child.shell("ulimit -n 3; exec encode --no-such-option")
      #expect(wrong.isFailure(code: 2, of: "encode", saying: "--no-such-option"))
    }

    /// No /proc, as in a chroot.
    @Test func noProcesses() throws {
      let hide = "unshare --user --map-root-user --mount sh -c"
      let mount = "mount -t tmpfs none /proc"
      guard try Child.shell("\(hide) '\(mount)'").succeeded else { return }
      for program in Program.all {
        let usual = try Fixtures.run(program.command, input: program.input)
        let bare = try Fixtures.run(
          "exec \(hide) '\(mount) && exec \(program.command)'", input: program.input)
        #expect(bare == usual, "\(program): \(bare.errors)")
      }
      let folder = try TemporaryFolder()
      let codes = Fixtures.array([3, 8], note: "record=1").bytes
      let file = try Child.shell(
        "exec \(hide) '\(mount) && exec pool -o out'", input: codes,
        options: .init(folder: folder.path))
      #expect(try file.succeeded && folder.names() == ["out"], "\(file.errors)")
    }

    /// Not even a name, as a careless `execv` starts a program; newer kernels put an empty name there.
    @Test func noArguments() throws {
      let start = """
        import ctypes, sys
        ctypes.CDLL(None).execv(sys.argv[1].encode(), (ctypes.c_char_p * 1)(None))
        """
      let codes = Fixtures.array([3, 8], note: "record=1").bytes
      let outcome = try Child.shell(
        "command -v python3 > /dev/null || exec pool; exec python3 -c '\(start)' $(command -v pool)",
        input: codes)
      #expect(
        outcome == (try Child.shell("pool", input: codes))
          || outcome.isFailure(code: 2, of: "sparsepipe", saying: "started without arguments"),
        "\(outcome.status) \(outcome.errors)")
    }
  }
#endif
