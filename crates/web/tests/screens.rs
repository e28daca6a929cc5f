//! What must hold for every screen in every state and language.

mod sample;

use std::collections::BTreeSet;

use sample::{Screen, screens};
use sekisho_web::Lang;

fn every(check: impl Fn(Lang, &Screen)) {
    for lang in Lang::ALL {
        for screen in screens(lang) {
            check(lang, &screen);
        }
    }
}

/// The parts of `html` between `start` and `end`.
fn between<'a>(html: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    html.split(start).skip(1).map(|rest| rest.split(end).next().unwrap_or("")).collect()
}

/// Values of the attribute `name`.
fn values<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    between(html, &format!(" {name}=\""), "\"")
}

#[test]
fn every_screen_obeys_the_content_security_policy() {
    every(|_, Screen { name, html }| {
        for tag in between(html, "<", ">") {
            // Every second part lies between quotes; what is left are the names.
            let unquoted: String = tag.split('"').step_by(2).collect::<Vec<_>>().join(" ");
            let names = unquoted.split_whitespace().skip(1).map(|name| name.trim_matches('='));
            let names: Vec<&str> = names.collect();
            let inline = names.iter().find(|a| **a == "style" || a.starts_with("on"));
            assert_eq!(inline, None, "{name}: <{tag}>");
            let closed = tag.starts_with("script") && !tag.contains(" src=\"/assets/");
            assert!(!closed && !tag.starts_with("style"), "{name}: <{tag}>");
        }
        for address in values(html, "src").iter().chain(&values(html, "href")) {
            let own =
                address.starts_with('#') || address.starts_with('/') && !address.starts_with("//");
            assert!(own, "{name}: {address}");
        }
    });
}

#[test]
fn every_screen_has_one_heading_one_title_and_at_most_one_main_button() {
    every(|lang, Screen { name, html }| {
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert!(html.contains(&format!("<html lang=\"{}\"", lang.code())), "{name}");
        let title = between(html, "<title>", "</title>").concat();
        assert!(!title.starts_with(" | "), "{name}: {title}");
        assert!(html.matches("btn main").count() <= 1, "{name}");
        assert_eq!(html.matches("<main id=\"main\"").count(), 1, "{name}");
    });
}

#[test]
fn every_form_that_changes_something_carries_the_hidden_field() {
    every(|_, Screen { name, html }| {
        for form in between(html, "<form", "</form>") {
            assert!(form.contains("method=\"post\""), "{name}: {form}");
            assert!(form.contains("name=\"csrf\" value=\"csrf-of-the-session\""), "{name}: {form}");
        }
    });
}

#[test]
fn every_reference_inside_a_screen_finds_its_target_and_ids_are_unique() {
    every(|_, Screen { name, html }| {
        let ids = values(html, "id");
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{name}: {ids:?}");
        let mut wanted: Vec<&str> = Vec::new();
        for attribute in ["for", "aria-labelledby", "aria-describedby", "aria-controls", "form"] {
            wanted.extend(values(html, attribute).iter().flat_map(|value| value.split(' ')));
        }
        wanted.extend(values(html, "href").iter().filter_map(|href| href.strip_prefix('#')));
        for id in wanted {
            assert!(unique.contains(id), "{name}: #{id}");
        }
    });
}

#[test]
fn a_form_that_was_refused_says_so_in_the_title_and_on_top() {
    let refused = |lang, name: &str| {
        let all = screens(lang);
        all.into_iter().find(|screen| screen.name == name).expect("in the gallery").html
    };
    let html = refused(Lang::Ja, "apply-mismatch");
    assert!(html.contains("<title>エラー：画像認証カードの申込 | 架空信用金庫</title>"));
    assert!(html.contains("<a href=\"#postcode\">郵便番号が、お届けの住所と合いません。"));
    assert_eq!(html.matches("aria-invalid=\"true\"").count(), 2);
    let html = refused(Lang::En, "sign-in-mismatch");
    assert!(html.contains("<title>Error: Sign in | Kakuu Shinkin Bank</title>"));
}

#[test]
fn no_screen_shows_a_tag_or_a_sentence_of_the_other_language() {
    every(|lang, Screen { name, html }| {
        for escaped in ["&lt;b", "&#60;b", "&lt;/b", "&lt;br"] {
            assert!(!html.contains(escaped), "{name}");
        }
        let hiragana = html.chars().any(|c| ('ぁ'..='ん').contains(&c));
        assert_eq!(hiragana, lang == Lang::Ja, "{name} in {lang:?}");
    });
}

#[test]
fn what_others_wrote_is_escaped() {
    let mut frame = sample::signed_in(Lang::Ja, "notices/ntc");
    frame.customer = Some("<script>alert(1)</script>".to_owned());
    let page = sekisho_web::screen::notices::NoticePage {
        frame,
        subject: "\"><img src=x onerror=y>".to_owned(),
        at: sample::at("2026-11-20T11:40:00+09:00"),
        sent_to: vec!["'a'@example.jp".to_owned()],
        body: "<b>bold</b>".to_owned(),
    };
    let html = askama::Template::render(&page).expect("a screen renders");
    assert!(!html.contains("<script>alert") && !html.contains("<img src=x"));
    assert!(!html.contains("<b>bold"));
}
