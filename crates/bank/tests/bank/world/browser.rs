//! A browser that keeps cookies, shows forms, and follows nothing by itself.

use std::collections::BTreeMap;

use ureq::Agent;

pub(crate) struct Browser {
    agent: Agent,
    home: String,
    cookies: BTreeMap<String, String>,
}

#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) policy: String,
    pub(crate) body: String,
}

impl Page {
    /// Where a redirect leads.
    pub(crate) fn to(&self) -> String {
        assert_eq!(self.status, 303, "{}", self.body);
        self.location.clone().expect("a redirect says where")
    }

    /// The hidden fields of the page's forms.
    pub(crate) fn hidden(&self) -> Vec<(String, String)> {
        let part = |text: &str, name: &str| {
            let (_, rest) = text.split_once(&format!("{name}=\""))?;
            Some(rest.split_once('"')?.0.to_owned())
        };
        let inputs = self.body.split("<input type=\"hidden\"").skip(1);
        inputs.filter_map(|input| Some((part(input, "name")?, part(input, "value")?))).collect()
    }

    pub(crate) fn says(&self, words: &str) -> &Self {
        assert!(
            self.body.contains(words),
            "{words} is not on the page ({})\n{}",
            self.status,
            self.body
        );
        self
    }
}

impl Browser {
    pub(crate) fn new(home: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let agent = config.max_redirects_will_error(false).build().new_agent();
        Self { agent, home: home.to_owned(), cookies: BTreeMap::new() }
    }

    /// The same browser, at a bank that has moved.
    pub(crate) fn at(mut self, home: &str) -> Self {
        home.clone_into(&mut self.home);
        self
    }

    /// A copy with the same cookies: a second click.
    pub(crate) fn twin(&self) -> Self {
        Self { agent: self.agent.clone(), home: self.home.clone(), cookies: self.cookies.clone() }
    }

    pub(crate) fn forget_cookies(&mut self) {
        self.cookies.clear();
    }

    pub(crate) fn get(&mut self, url: &str) -> Page {
        let request = self.agent.get(self.address(url)).header("Cookie", self.cookie());
        let response = request.call().expect("a reply");
        self.read(response)
    }

    pub(crate) fn post(&mut self, url: &str, fields: &[(&str, &str)]) -> Page {
        let request = self.agent.post(self.address(url)).header("Cookie", self.cookie());
        let response = request.send_form(fields.iter().copied()).expect("a reply");
        self.read(response)
    }

    /// Sends the hidden fields of a page with some more.
    pub(crate) fn submit(&mut self, url: &str, page: &Page, fields: &[(&str, &str)]) -> Page {
        let hidden = page.hidden();
        let mut all: Vec<(&str, &str)> = fields.to_vec();
        for (name, value) in &hidden {
            if !all.iter().any(|(known, _)| known == name) {
                all.push((name, value));
            }
        }
        self.post(url, &all)
    }

    fn address(&self, url: &str) -> String {
        if url.starts_with('/') { format!("{}{url}", self.home) } else { url.to_owned() }
    }

    fn cookie(&self) -> String {
        let pairs: Vec<_> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    fn read(&mut self, mut response: ureq::http::Response<ureq::Body>) -> Page {
        for line in response.headers().get_all("set-cookie") {
            let line = line.to_str().expect("ASCII");
            let (name, value) =
                line.split(';').next().and_then(|p| p.split_once('=')).expect("a pair");
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let header = |name: &str| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let policy = header("content-security-policy").unwrap_or_default();
        let (location, status) = (header("location"), response.status().as_u16());
        let body = response.body_mut().read_to_string().expect("text");
        Page { status, location, policy, body }
    }
}
