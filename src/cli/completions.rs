use super::{Ending, command};
use crate::report;
use clap_complete::Shell;

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  referat completions bash > ~/.local/share/bash-completion/completions/referat")]
pub(super) struct Arguments {
    /// The shell
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Ending> {
    let mut out = Vec::new();
    clap_complete::generate(arguments.shell, &mut command(), "referat", &mut out);
    report::result(&String::from_utf8_lossy(&out))?;
    Ok(Ending::Done)
}
