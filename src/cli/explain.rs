use super::Ending;
use crate::diag::Code;
use crate::report;
use crate::yaml::nearest;
use anyhow::bail;

/// Explain a kind of problem at length, with an example of wrong and right
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  referat explain closed-title")]
pub(super) struct Arguments {
    /// The code, as printed in brackets after `error`; without it, all codes are listed
    code: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Ending> {
    let Some(name) = &arguments.code else {
        let width = Code::ALL.iter().map(|code| code.name().len()).max().unwrap_or_default();
        let list: String =
            Code::ALL.iter().map(|code| format!("{:width$}  {}\n", code.name(), code.severity().word())).collect();
        report::result(&list)?;
        return Ok(Ending::Done);
    };
    let names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    let Some(code) = Code::ALL.iter().find(|code| code.name() == name) else {
        bail!("there is no code `{name}`; {}", nearest(name, &names));
    };
    let indented = |text: &str| text.lines().map(|line| format!("    {line}\n")).collect::<String>();
    report::result(&format!(
        "{} ({})\n\n{}\n\nWrong:\n\n{}\nRight:\n\n{}",
        code.name(),
        code.severity().word(),
        code.about(),
        indented(code.wrong()),
        indented(code.right())
    ))?;
    Ok(Ending::Done)
}
