//! How far a long command is: a bar for a watching person, a line now and then in a log, nothing
//! with `--json`.

use std::io::{self, Write as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shows how far a command is, on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// A bar that moves.
    Bar,
    /// A line for each tenth.
    Lines,
    /// Nothing.
    Silent,
}

/// A piece of work with a known number of steps.
pub struct Steps {
    what: &'static str,
    all: u64,
    done: u64,
    shown: Shown,
}

enum Shown {
    Bar(ProgressBar),
    Lines,
    Silent,
}

impl Progress {
    /// A bar on a terminal, lines elsewhere, nothing when a program reads the answer.
    pub fn new(terminal: bool, json: bool) -> Self {
        match (json, terminal) {
            (true, _) => Self::Silent,
            (false, true) => Self::Bar,
            (false, false) => Self::Lines,
        }
    }

    /// Begins a piece of work of `all` steps.
    pub fn begin(self, what: &'static str, all: u64) -> Steps {
        let shown = match self {
            Self::Bar => Shown::Bar(bar(what, all)),
            Self::Lines => Shown::Lines,
            Self::Silent => Shown::Silent,
        };
        Steps { what, all, done: 0, shown }
    }
}

fn bar(what: &'static str, all: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}");
    bar.set_style(style.expect("the template is well-formed"));
    bar.set_message(what);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

impl Steps {
    /// One step is done.
    pub fn step(&mut self) {
        self.reach(self.done + 1);
    }

    /// So many steps are done in all.
    pub fn reach(&mut self, done: u64) {
        let tenth = |done: u64| done * 10 / self.all.max(1);
        let (before, after) = (tenth(self.done), tenth(done));
        self.done = done;
        match &self.shown {
            Shown::Bar(bar) => bar.set_position(done),
            Shown::Lines if after > before => {
                // How far it is matters less than the work itself.
                let _ = writeln!(io::stderr(), "{}: {} of {}", self.what, self.done, self.all);
            }
            Shown::Lines | Shown::Silent => {}
        }
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        if let Shown::Bar(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }
}
