use super::*;

#[test]
fn a_command_line_is_split_into_words() {
    let table: &[(&str, Option<&[&str]>)] = &[
        ("a b  c", Some(&["a", "b", "c"])),
        (" a\t", Some(&["a"])),
        (r#""C:/Program Files/x" 'a b' c"d e"f"#, Some(&["C:/Program Files/x", "a b", "cd ef"])),
        (r#"a "" ''"#, Some(&["a", "", ""])),
        (r#"a '"' "'""#, Some(&["a", "\"", "'"])),
        (r#"a "\"b\"""#, Some(&["a", "\"b\""])),
        ("a $(b) ;c|d>e ~ *", Some(&["a", "$(b)", ";c|d>e", "~", "*"])),
        ("", Some(&[])),
        ("a 'b", None),
        ("a \"b", None),
    ];
    for (command, expected) in table {
        let words = words(command);
        let words = words.as_ref().map(|words| words.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(words.as_deref(), *expected, "{command}");
    }
}

#[cfg(not(windows))]
#[test]
fn a_backslash_escapes_the_next_character() {
    assert_eq!(words(r"a\ b \\ c\"), Some(vec!["a b".into(), r"\".into(), r"c\".into()]));
    assert_eq!(words(r#""a\b\\" '\'"#), Some(vec![r"a\b\".into(), r"\".into()]));
}

#[cfg(windows)]
#[test]
fn a_backslash_separates_the_parts_of_paths() {
    assert_eq!(words(r"C:\a\b.exe x"), Some(vec![r"C:\a\b.exe".into(), "x".into()]));
}

#[cfg(unix)]
mod programs {
    use std::io::BufRead as _;

    use super::*;
    use simba_runtime::__private::block_on;
    use simba_runtime::testing::ManualClock;

    /// Runs a command that exits within the time limit.
    fn output(command: &str) -> Result<Credentials, CredentialsError> {
        block_on(run(command, &ManualClock::new()))
    }

    fn error(command: &str) -> String {
        output(command).unwrap_err().to_string()
    }

    #[test]
    fn expiry_and_session_token_are_optional() {
        let command = r#"/bin/echo '{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "s"}'"#;
        assert_eq!(output(command), Ok(Credentials::new("a", "s")));
    }

    #[test]
    fn the_command_is_not_passed_to_a_shell() {
        let command = r#"/bin/echo '{"Version": 1, "AccessKeyId": "$HOME", "SecretAccessKey": "`id`"}'"#;
        assert_eq!(output(command), Ok(Credentials::new("$HOME", "`id`")));
    }

    #[test]
    fn errors_of_processes() {
        let start = |program: &str| format!("the `credential_process` program `{program}` ");
        let table = [
            ("", "`credential_process` has an unclosed quote or is empty".to_owned()),
            (
                "/nonexistent/program x",
                start("/nonexistent/program") + "cannot be run: No such file or directory (os error 2)",
            ),
            (
                "/bin/sh -c 'echo went wrong >&2; exit 3'",
                start("/bin/sh") + "failed (exit status: 3); run it in a terminal to see why",
            ),
            ("/bin/echo secret", start("/bin/echo") + "did not print JSON"),
            (r#"/bin/echo '{"Version": 2}'"#, start("/bin/echo") + "did not print `\"Version\": 1`"),
            (
                r#"/bin/echo '{"Version": 1, "AccessKeyId": "a"}'"#,
                start("/bin/echo") + "printed incomplete credentials: the response has no `SecretAccessKey`",
            ),
            (
                r#"/bin/echo '{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "s", "Expiration": "secret"}'"#,
                start("/bin/echo")
                    + "printed incomplete credentials: the `Expiration` in the response is not a valid time",
            ),
        ];
        for (command, expected) in table {
            assert_eq!(error(command), expected);
        }
    }

    #[test]
    fn error_output_is_not_shown() {
        let error = error("/bin/sh -c 'echo hush >&2; exit 3'");
        assert!(!error.contains("hush"), "{error}");
    }

    #[test]
    fn output_that_is_too_long_is_an_error() {
        let error = error("/bin/sh -c 'while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done'");
        assert!(error.ends_with("failed: it printed more than 65536 bytes"), "{error}");
    }

    #[test]
    fn error_output_of_any_size_does_not_stop_the_program() {
        let command = r#"/bin/sh -c 'head -c 1000000 /dev/zero >&2; echo "{\"Version\": 1, \"AccessKeyId\": \"a\", \"SecretAccessKey\": \"s\"}"'"#;
        assert_eq!(output(command), Ok(Credentials::new("a", "s")));
    }

    /// A named pipe. Opening one end blocks until the other end is open, so a test can wait for a program without
    /// sleeping.
    struct Fifo(tempfile::TempDir);

    impl Fifo {
        fn new() -> Self {
            let fifo = Self(tempfile::tempdir().unwrap());
            assert!(Command::new("mkfifo").arg(fifo.path()).status().unwrap().success());
            fifo
        }

        fn path(&self) -> std::path::PathBuf {
            self.0.path().join("pipe")
        }

        /// Returns the path as a quoted word of a command, since the name of the directory may contain any character.
        fn word(&self) -> String {
            let path = self.path().display().to_string();
            format!("\"{}\"", path.replace('\\', r"\\").replace('"', "\\\""))
        }

        fn open(&self) -> io::BufReader<std::fs::File> {
            io::BufReader::new(std::fs::File::open(self.path()).unwrap())
        }
    }

    #[test]
    fn the_call_does_not_wait_for_child_processes() {
        let fifo = Fifo::new();
        // The inner shell keeps the output open until the pipe is read.
        let credentials = r#"{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "s"}"#;
        let command = format!(r#"/bin/sh -c '(echo late > "$0") & echo "$1"' {} '{credentials}'"#, fifo.word());
        let limit = Some(Duration::from_secs(10));
        let clock = simba_runtime::clock::SystemClock;
        let result = block_on(within(&clock, limit, pin!(run(&command, &clock))));
        assert_eq!(result, Ok(Ok(Credentials::new("a", "s"))));
        assert_eq!(io::read_to_string(fifo.open()).unwrap(), "late\n", "it is left alone");
    }

    #[test]
    fn a_program_that_does_not_exit_in_time_is_killed_with_its_child_processes() {
        let fifo = Fifo::new();
        let command = format!(r#"/bin/sh -c 'exec 3> "$0"; (sleep 60) & echo started >&3; sleep 60' {}"#, fifo.word());
        let clock = ManualClock::new();
        let call = {
            let clock = clock.clone();
            thread::spawn(move || block_on(run(&command, &clock)))
        };
        let mut pipe = fifo.open();
        let mut line = String::new();
        pipe.read_line(&mut line).unwrap();
        while clock.sleeping() == 0 {
            thread::yield_now();
        }
        clock.advance(LIMIT);
        let error = call.join().unwrap().unwrap_err().to_string();
        assert_eq!(error, "the `credential_process` program `/bin/sh` did not exit within 60s");
        // The read ends only when no program has the pipe open anymore.
        assert_eq!(io::read_to_string(pipe).unwrap(), "");
    }

    #[test]
    fn dropping_the_call_kills_the_program_and_its_child_processes() {
        let fifo = Fifo::new();
        let script = r#"exec 3> "$0"; (sleep 5; echo late >&3) & echo started >&3; sleep 60"#;
        let arguments = ["-c".to_owned(), script.to_owned(), fifo.path().display().to_string()];
        let (running, thread) = Running::start("/bin/sh", &arguments).unwrap();
        let shared = Arc::clone(&running.0);
        {
            let mut output = std::pin::pin!(running.output());
            assert!(output.as_mut().poll(&mut std::task::Context::from_waker(Waker::noop())).is_pending());
        }
        let mut pipe = fifo.open();
        let mut line = String::new();
        pipe.read_line(&mut line).unwrap();
        assert_eq!(line, "started\n");
        drop(running);
        // The read ends only when no program has the pipe open anymore.
        assert_eq!(io::read_to_string(pipe).unwrap(), "");
        thread.join().unwrap();
        // The program has been reaped, so it is not a zombie.
        assert!(!lock(&shared.child).try_wait().unwrap().unwrap().success());
    }
}
