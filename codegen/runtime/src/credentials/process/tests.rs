use super::*;

#[test]
fn words_of_a_command_line() {
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
fn a_backslash_takes_the_next_character_as_it_is() {
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
    use super::*;
    use crate::clock::block_on;

    fn error(command: &str) -> String {
        block_on(run(command)).unwrap_err().to_string()
    }

    #[test]
    fn no_expiry_and_no_token() {
        let command = r#"/bin/echo '{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "s"}'"#;
        assert_eq!(block_on(run(command)), Ok(Credentials::new("a", "s")));
    }

    #[test]
    fn no_shell_sees_the_command() {
        let command = r#"/bin/echo '{"Version": 1, "AccessKeyId": "$HOME", "SecretAccessKey": "`id`"}'"#;
        assert_eq!(block_on(run(command)), Ok(Credentials::new("$HOME", "`id`")));
    }

    #[test]
    fn what_can_go_wrong() {
        let start = |program: &str| format!("`credential_process`, the program `{program}`, ");
        let table = [
            ("", "`credential_process` has an open quote or no words".to_owned()),
            (
                "/nonexistent/program x",
                start("/nonexistent/program") + "cannot be run: No such file or directory (os error 2)",
            ),
            ("/bin/sh -c 'echo went wrong >&2; exit 3'", start("/bin/sh") + "failed (exit status: 3): went wrong"),
            ("/bin/echo secret", start("/bin/echo") + "did not print JSON: expected value at line 1 column 1"),
            (r#"/bin/echo '{"Version": 2}'"#, start("/bin/echo") + "did not print `\"Version\": 1`"),
            (
                r#"/bin/echo '{"Version": 1, "AccessKeyId": "a"}'"#,
                start("/bin/echo") + "said too little: the answer has no SecretAccessKey",
            ),
        ];
        for (command, expected) in table {
            assert_eq!(error(command), expected);
        }
    }

    #[test]
    fn dropping_the_call_ends_the_program() {
        let running = start("/bin/sleep", &["60".to_owned()]).unwrap();
        let mut end = Box::pin(end(Arc::clone(&running)));
        let mut context = std::task::Context::from_waker(Waker::noop());
        assert!(end.as_mut().poll(&mut context).is_pending());
        drop(end);
        // Had it not been killed, it would end by itself and successfully.
        assert!(!lock(&running.child).wait().unwrap().success());
    }
}
