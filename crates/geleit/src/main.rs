//! The binary: wiring and subcommands. It holds no product rule; what it does, the crates below can do without it.

mod access;
mod cli;
mod config;
mod demo;
mod evaluation;
mod import;
mod improving;
mod link;
mod mine;
mod people;
mod plan_files;
mod plans;
mod quarantine;
mod remote;
mod serve;
mod show;
mod simulate;
mod upkeep;
mod usage;
mod users;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command};
use config::Config;
use model::Ruling;
use usage::WrongUsage;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            show::complain(&error);
            if WrongUsage::is_behind(&error) { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

fn run(cli: &Cli) -> anyhow::Result<()> {
    let config = Config::load(cli.config.as_deref(), &cli.settings)?;
    match &cli.command {
        Command::Serve(args) => serve::run(&config, args),
        Command::Demo(args) => demo::run(&config, args),
        Command::Import(args) => import::run(&config, args),
        Command::Link(args) => link::run(&config, args),
        Command::Mine(args) => mine::run(&config, args),
        Command::Conform(args) => mine::conform(&config, args),
        Command::Draft(args) => mine::draft(&config, args),
        Command::Evaluate(args) => evaluation::evaluate(&config, args),
        Command::Targets(args) => evaluation::targets(&config, args),
        Command::Effect(args) => evaluation::effect(&config, args),
        Command::Digest(args) => evaluation::digest(&config, args),
        Command::Simulate(args) => simulate::run(args),
        Command::Source(args) => access::source(&config, args),
        Command::Token(args) => access::token(&config, args),
        Command::User(args) => users::run(&config, args),
        Command::Plans(args) => plans::run(&config, args),
        Command::Match(args) => link::candidates::run(&config, args),
        Command::Merge(args) => people::rule(&config, Ruling::Merge, args),
        Command::Unmerge(args) => people::rule(&config, Ruling::Unmerge, args),
        Command::Explain(args) => people::explain(&config, args),
        Command::Refusals(args) => people::refusals(&config, args),
        Command::Hmac(args) => people::hmac(&config, args),
        Command::Quarantine(args) => quarantine::run(&config, args),
        Command::Touchpoints(args) => mine::discovered(&config, args),
        Command::Opportunities(args) => improving::opportunities(&config, args),
        Command::Verify(args) => upkeep::verify(&config, args),
        Command::Doctor(args) => upkeep::doctor(&config, args),
        Command::Backup(args) => upkeep::backup(&config, args),
        Command::Restore(args) => upkeep::restore(&config, args),
        Command::Export(args) => upkeep::export(&config, args),
        Command::Openapi => show::line(api::openapi().trim_end()),
    }
}
