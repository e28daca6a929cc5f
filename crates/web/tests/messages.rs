//! Both languages say the same things, every key that is used exists, and none is left over.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use sekisho_web::screen::help::Topic;
use sekisho_web::screen::problem::PROBLEMS;

fn files(folder: &str, kinds: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut waiting = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(path) = waiting.pop() {
        for entry in fs::read_dir(&path).expect("the folder is in the repository") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                waiting.push(path);
            } else if kinds.iter().any(|kind| path.extension().is_some_and(|e| e == *kind)) {
                let text = fs::read_to_string(&path).expect("UTF-8");
                found.push((path.display().to_string(), text));
            }
        }
    }
    found
}

/// Keys of one language, attributes as `key.attribute`, each with its text.
fn messages(lang: &str) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    let mut message = String::new();
    for line in files(&format!("messages/{lang}"), &["ftl"]).iter().flat_map(|f| f.1.lines()) {
        let named = line.split_once(" =");
        if let (Some((name, text)), true) = (named, line.starts_with(char::is_alphabetic)) {
            name.clone_into(&mut message);
            all.push((message.clone(), text.to_owned()));
        } else if let Some((name, text)) = line.trim().strip_prefix('.').and(named) {
            let attribute = name.trim();
            all.push((format!("{message}{attribute}"), text.to_owned()));
        } else if let Some((_, text)) = all.last_mut() {
            text.push_str(line);
        }
    }
    all
}

fn keys(lang: &str) -> BTreeSet<String> {
    messages(lang).into_iter().map(|(key, _)| key).collect()
}

fn sources() -> String {
    let mut all = files("templates", &["html", "txt"]);
    all.extend(files("src", &["rs"]));
    all.into_iter().map(|(_, text)| text).collect()
}

#[test]
fn both_languages_have_the_same_keys_once() {
    let (ja, en) = (keys("ja"), keys("en"));
    assert_eq!(ja.difference(&en).collect::<Vec<_>>(), Vec::<&String>::new(), "only in ja");
    assert_eq!(en.difference(&ja).collect::<Vec<_>>(), Vec::<&String>::new(), "only in en");
    for lang in ["ja", "en"] {
        assert_eq!(messages(lang).len(), keys(lang).len(), "a key stands twice in {lang}");
    }
}

#[test]
fn every_key_that_is_asked_for_exists() {
    let keys = keys("ja");
    let sources = sources();
    for call in ["t(\"", "with(\"", "rich(\"", "rich_with(\"", "count(\""] {
        for part in sources.split(&format!(".{call}")).skip(1) {
            let key = part.split('"').next().expect("a literal ends");
            let known = keys.contains(key) || key == "{key}.next";
            assert!(known || key.contains('{'), "{call}{key}");
        }
    }
    let made = Topic::ALL.map(|topic| format!("help-{}", topic.slug())).to_vec();
    let made =
        made.into_iter().chain(PROBLEMS.iter().map(sekisho_web::screen::problem::Problem::title));
    for key in made {
        assert!(keys.contains(&key), "{key}");
    }
}

#[test]
fn no_message_is_left_over() {
    let sources = sources();
    for key in keys("ja") {
        let message = key.split('.').next().expect("a key has a first part");
        let made = message.starts_with("help-") || message.starts_with("problem-");
        assert!(made || sources.contains(&format!("\"{message}\"")), "{key}");
    }
    let topics: BTreeSet<_> = Topic::ALL.iter().map(|topic| topic.slug()).collect();
    let codes: BTreeSet<_> = PROBLEMS.iter().map(|problem| problem.code).collect();
    for key in keys("ja") {
        let part = |start: &str| key.strip_prefix(start).and_then(|rest| rest.split('.').next());
        let fixed = ["index", "index-lead", "call"];
        assert!(part("help-").is_none_or(|p| topics.contains(p) || fixed.contains(&p)), "{key}");
        let fixed = ["happened", "do", "who"];
        assert!(part("problem-").is_none_or(|p| codes.contains(p) || fixed.contains(&p)), "{key}");
    }
}

#[test]
fn a_guide_answers_as_many_questions_as_it_says() {
    let keys = keys("ja");
    for topic in Topic::ALL {
        let asked = (1..).take_while(|n| keys.contains(&format!("help-{}.q{n}", topic.slug())));
        assert_eq!(asked.count(), topic.questions(), "{topic:?}");
    }
}

#[test]
fn messages_hold_no_tags_but_bold_and_line_break() {
    for (key, text) in ["ja", "en"].iter().flat_map(|lang| messages(lang)) {
        let bare = ["<b>", "</b>", "<br>"].iter().fold(text, |rest, tag| rest.replace(tag, ""));
        assert!(!bare.contains('<') && !bare.contains('>') || bare.contains("->"), "{key}: {bare}");
    }
}
