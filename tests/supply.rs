//! What lies below referat, and that nothing of it calls out. `.deny.toml` is the policy, for `cargo deny`; its bans and
//! sources are enforced here too, from Cargo.lock, so that no test run depends on that program or on a network.

use crate::program::{archive, project, referat};
use std::collections::BTreeSet;
use std::fs;

/// The values of one key, wherever a file of TOML has it at the beginning of a line or of a table in braces.
fn values(text: &str, key: &str) -> BTreeSet<String> {
    let value = |line: &str| {
        line.trim_start_matches([' ', '{']).strip_prefix(&format!("{key} = \""))?.split('"').next().map(str::to_owned)
    };
    text.lines().filter_map(value).collect()
}

#[test]
fn no_crate_below_is_banned_or_from_elsewhere() {
    let read = |path: &str| fs::read_to_string(project().join(path)).unwrap();
    let (lock, policy) = (read("Cargo.lock"), read(".deny.toml"));
    let bans = policy.split("[[bans.features]]").next().unwrap();
    let (crates, banned) = (values(&lock, "name"), values(bans, "crate"));
    assert!(crates.contains("comrak") && banned.contains("reqwest"), "the lists are read");
    assert_eq!(crates.intersection(&banned).collect::<Vec<_>>(), [""; 0]);
    let sources = values(&lock, "source");
    assert_eq!(sources.into_iter().collect::<Vec<_>>(), ["registry+https://github.com/rust-lang/crates.io-index"]);
}

#[test]
fn the_libraries_of_the_preview_are_servers_only() {
    // Of this platform: cargo fetched no others to build the tests, and must not need a network to run them.
    let command = std::process::Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--edges", "normal,features", "--prefix", "none"])
        .current_dir(project())
        .output()
        .unwrap();
    let tree = String::from_utf8(command.stdout).unwrap();
    assert!(tree.contains("hyper feature \"server\""), "{}", String::from_utf8_lossy(&command.stderr));
    for feature in ["hyper feature \"client\"", "hyper-util feature \"client", "tokio feature \"process\""] {
        assert!(!tree.contains(feature), "{feature}");
    }
}

#[test]
fn unsafe_code_is_forbidden() {
    let manifest = fs::read_to_string(project().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("\nunsafe_code = \"forbid\"\n"));
}

/// The calls for a socket that a command makes, as strace writes them.
#[cfg(target_os = "linux")]
fn sockets(folder: &std::path::Path, arguments: &[&str]) -> Vec<String> {
    let trace = folder.join("trace");
    let plain = referat(folder, arguments);
    let mut command = std::process::Command::new("strace");
    command.args(["-f", "-qq", "-e", "trace=%network,execve", "-o"]).arg(&trace).arg(plain.get_program());
    let output = command.args(plain.get_args()).current_dir(folder).output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    let text = fs::read_to_string(trace).unwrap();
    assert!(text.contains("execve("), "the trace saw the program start");
    // A thread that ends with its program may leave a line behind that names no call: `???( <detached ...>`.
    let is_call = |line: &&str| !line.contains("execve(") && !line.contains("???(");
    text.lines().filter(is_call).map(str::to_owned).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_but_the_preview_opens_a_socket() {
    let folder = archive(".");
    let path = folder.path();
    fs::write(path.join("a.txt"), "Byrådet\n\nReferat fra mødet 22. maj 2018\n\nPunkt 1: Budget\n\nGodkendt.\n")
        .unwrap();
    for arguments in [
        &["build"][..],
        &["check"],
        &["check", "--unlinked"],
        &["check", "--privacy", "content"],
        &["build", "--bundle", "a.zip", "--report", "a.html"],
        &["verify", "public"],
        &["import", "a.txt", "--dry-run"],
        &["init", "new"],
        &["explain", "cpr"],
        &["completions", "bash"],
    ] {
        let arguments = [&["-C", "."], arguments].concat();
        assert_eq!(sockets(path, &arguments), [""; 0], "{arguments:?}");
    }
}
