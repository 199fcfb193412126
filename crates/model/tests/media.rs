//! The table of channels in docs/plans.md is the one that the program knows.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

use model::Medium;

const PAGE: &str = include_str!("../../../docs/plans.md");

#[test]
fn the_page_names_each_channel_in_its_medium() {
    let header = "| medium | channels |";
    let rows: Vec<(&str, Vec<&str>)> = PAGE
        .lines()
        .skip_while(|line| !line.starts_with(header))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let (medium, channels) = line.trim_matches('|').split_once(" | ").unwrap();
            (medium.trim(), channels.trim().split(", ").map(|channel| channel.trim_matches('`')).collect())
        })
        .collect();
    let known: Vec<(&str, Vec<&str>)> =
        Medium::ALL.into_iter().map(|medium| (medium.as_str(), medium.channels().to_vec())).collect();
    assert_eq!(rows, known);
    for medium in Medium::ALL {
        for channel in medium.channels() {
            assert_eq!(Medium::of_channel(channel), Some(medium), "{channel} lies in two media");
            assert_eq!(Medium::of_channel(&format!(" {} ", channel.to_uppercase())), Some(medium));
        }
    }
    assert_eq!(Medium::of_channel(""), None);
}
