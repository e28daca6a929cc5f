//! tidy: what the house asks of the text of the repository, held by a test (house.md §1.8).
//!
//! Each rule is a function that returns what breaks it, a sentence each. A rule that cannot hold
//! somewhere names that place in a list beside it, with the reason; a list entry that is no longer
//! needed is itself a fault, so that the lists only shrink.

mod arrows;
mod promises;
mod rust;
mod shape;
mod tree;
mod words;

use tree::Tree;

fn holds(rule: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{rule}: {} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn lines_are_at_most_100_columns() {
    holds("100 columns", &shape::long_lines(&Tree::read()));
}

#[test]
fn files_are_at_most_500_lines_and_functions_at_most_70() {
    holds("500 and 70 lines", &shape::long_pieces(&Tree::read()));
}

#[test]
fn the_arrows_between_crates_are_as_drawn() {
    holds("arrows", &arrows::undrawn(&Tree::read()));
}

#[test]
fn names_avoid_the_words_that_say_nothing() {
    holds("words", &words::empty_words(&Tree::read()));
}

#[test]
fn nothing_is_left_unfinished() {
    holds("marks", &words::unfinished(&Tree::read()));
}

#[test]
fn no_file_names_a_machine() {
    holds("machines", &words::machines(&Tree::read()));
}

#[test]
fn every_refusal_is_told_in_both_languages_and_documented() {
    holds("refusals", &promises::refusals(&Tree::read()));
}

#[test]
fn every_refusal_is_made_to_happen_by_a_test() {
    holds("refusals", &promises::untested_refusals(&Tree::read()));
}

#[test]
fn every_notice_speaks_both_languages() {
    holds("notices", &promises::notices(&Tree::read()));
}

#[test]
fn docs_list_every_event_and_no_other() {
    holds("events", &promises::events(&Tree::read()));
}

#[test]
fn links_between_documents_lead_somewhere() {
    holds("links", &promises::dead_links(&Tree::read()));
}
